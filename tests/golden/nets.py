"""DenseNet-BC and Wide ResNet with the parameter names of the published checkpoints."""
import torch
import torch.nn.functional as F
from torch import nn


def conv(in_channels, out_channels, kernel, stride=1):
    return nn.Conv2d(in_channels, out_channels, kernel, stride, padding=kernel // 2, bias=False)


class Bottleneck(nn.Module):
    """BN-ReLU-conv1x1-BN-ReLU-conv3x3, its output appended to its input."""

    def __init__(self, in_channels, growth):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.conv1 = conv(in_channels, 4 * growth, 1)
        self.bn2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = conv(4 * growth, growth, 3)

    def forward(self, x):
        narrow = self.conv1(F.relu(self.bn1(x)))
        new = self.conv2(F.relu(self.bn2(narrow)))
        return torch.cat((x, new), dim=1)


class Transition(nn.Module):
    """BN-ReLU-conv1x1 to half the channels, then 2x2 averages."""

    def __init__(self, in_channels):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.conv1 = conv(in_channels, in_channels // 2, 1)

    def forward(self, x):
        return F.avg_pool2d(self.conv1(F.relu(self.bn1(x))), 2)


class WideUnit(nn.Module):
    """Pre-activation residual unit; where the shape changes, the shortcut starts after the ReLU."""

    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.conv1 = conv(in_channels, out_channels, 3, stride)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.conv2 = conv(out_channels, out_channels, 3)
        self.reshapes = in_channels != out_channels or stride != 1
        if self.reshapes:
            self.convShortcut = conv(in_channels, out_channels, 1, stride)

    def forward(self, x):
        active = F.relu(self.bn1(x))
        residual = self.conv2(F.relu(self.bn2(self.conv1(active))))
        return residual + (self.convShortcut(active) if self.reshapes else x)


class Block(nn.Module):
    """Layers in sequence, named layer.0, layer.1, ..."""

    def __init__(self, layers):
        super().__init__()
        self.layer = nn.Sequential(*layers)

    def forward(self, x):
        return self.layer(x)


class Head(nn.Module):
    """What both networks end with: BN-ReLU-global average-linear."""

    def add_head(self, channels, classes):
        self.bn1 = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, classes)

    def head(self, x):
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


class DenseNetBC(Head):
    def __init__(self, depth, growth, classes):
        super().__init__()
        layers = (depth - 4) // 6
        channels = 2 * growth
        self.conv1 = conv(3, channels, 3)
        for index in (1, 2, 3):
            widths = [channels + i * growth for i in range(layers)]
            self.add_module(f"block{index}", Block(Bottleneck(width, growth) for width in widths))
            channels += layers * growth
            if index < 3:
                self.add_module(f"trans{index}", Transition(channels))
                channels //= 2
        self.add_head(channels, classes)

    def forward(self, x):
        x = self.trans1(self.block1(self.conv1(x)))
        x = self.trans2(self.block2(x))
        return self.head(self.block3(x))


class WideResNet(Head):
    def __init__(self, depth, width, classes):
        super().__init__()
        units = (depth - 4) // 6
        channels = 16
        self.conv1 = conv(3, channels, 3)
        for index, stride in ((1, 1), (2, 2), (3, 2)):
            out_channels = width * 16 * 2 ** (index - 1)
            first = WideUnit(channels, out_channels, stride)
            rest = [WideUnit(out_channels, out_channels, 1) for _ in range(units - 1)]
            self.add_module(f"block{index}", Block([first, *rest]))
            channels = out_channels
        self.add_head(channels, classes)

    def forward(self, x):
        return self.head(self.block3(self.block2(self.block1(self.conv1(x)))))


def parameter_count(net):
    return sum(parameter.numel() for parameter in net.parameters())
