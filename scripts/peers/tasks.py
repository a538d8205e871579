"""What the PyTorch peers are timed on: each task returns a function that does it once."""
import torch
import torch.nn.functional as F

from peer_networks import networks

LEARNING_RATE = 1e-3


def forward(net, x):
    net.eval()

    def work():
        with torch.no_grad():
            net(x)

    return work


def odin(net, x):
    """Gradients of the input alone: the parameters ask for none."""
    net.eval().requires_grad_(False)

    def work():
        gradient = networks.input_gradient(net, x, networks.TEMPERATURE)
        networks.odin_score(net, x, gradient)

    return work


def train(net, x):
    net.train()
    labels = torch.zeros(len(x), dtype=torch.int64, device=x.device)
    optimizer = torch.optim.SGD(
        net.parameters(), lr=LEARNING_RATE, momentum=0.9, nesterov=True, weight_decay=1e-4
    )

    def work():
        optimizer.zero_grad()
        F.cross_entropy(net(x), labels).backward()
        optimizer.step()

    return work


TASKS = {"forward": forward, "odin": odin, "train": train}
