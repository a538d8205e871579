"""Times one variant of PyTorch on a GPU on one row: forward, ODIN or a training step."""
import torch

import peer_networks
import timing
from tasks import TASKS


def variant_of(net, x, variant):
    if variant == "channels-last":
        layout = torch.channels_last
        return net.to(memory_format=layout), x.contiguous(memory_format=layout)
    if variant == "compile":
        return torch.compile(net), x
    return net, x


def waiting_for(device, work):
    """What is asked of a GPU is only done when it has been waited for."""
    if device == "cpu":
        return work

    def done():
        work()
        torch.cuda.synchronize()

    return done


parser = timing.parser(*TASKS)
parser.add_argument("--variant", choices=["eager", "channels-last", "compile"], required=True)
parser.add_argument("--precision", choices=["fp32", "tf32"], required=True)
parser.add_argument("--device", default="cuda", help="cpu, to try the script out")
options = parser.parse_args()

torch.backends.cuda.matmul.allow_tf32 = options.precision == "tf32"
torch.backends.cudnn.allow_tf32 = options.precision == "tf32"
torch.backends.cudnn.benchmark = True
net, x = variant_of(
    peer_networks.make(options.arch).to(options.device),
    peer_networks.images(options.batch).to(options.device),
    options.variant,
)
work = waiting_for(options.device, TASKS[options.task](net, x))
for _ in range(3):  # compiling, choosing algorithms
    work()
timing.report(options, torch.__version__, work, variant=options.variant, precision=options.precision)
