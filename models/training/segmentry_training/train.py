"""Trains for a given time, saves every two minutes, and goes on where it stopped. CPU and CUDA alike."""

import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from .classes import CLASSES
from .compose import Composer
from .loss import Truth, total_loss
from .network import FoodNet

LEARNING_RATE = 2e-3
WARM_UP_STEPS = 80
SAVE_EVERY_SECONDS = 120


class Pictures(Dataset):
    """Endless: picture i follows from the seed and i alone."""

    def __init__(self, composer: Composer, first: int):
        self.composer, self.first = composer, first

    def __len__(self) -> int:
        return 1 << 30

    def __getitem__(self, index: int) -> tuple[torch.Tensor, Truth]:
        rng = np.random.default_rng([7, self.first + index])
        pixels, numbers, boxes, classes = self.composer.draw(rng)
        picture = torch.from_numpy(np.ascontiguousarray(pixels[..., ::-1].transpose(2, 0, 1)))
        quarter = torch.from_numpy(np.ascontiguousarray(numbers[2::4, 2::4]).astype(np.int64))
        return picture, Truth(torch.from_numpy(boxes), torch.from_numpy(classes), quarter)


def collate(items: list[tuple[torch.Tensor, Truth]]) -> tuple[torch.Tensor, list[Truth]]:
    return torch.stack([p for p, _ in items]), [t for _, t in items]


class InOrder(torch.utils.data.Sampler):
    def __init__(self, count: int):
        self.count = count

    def __iter__(self):
        return iter(range(self.count))

    def __len__(self) -> int:
        return self.count


@torch.no_grad()
def follow(average: FoodNet, network: FoodNet, step: int) -> None:
    """Exponential moving average, quick to follow at first."""
    keep = min(0.998, (1 + step) / (20 + step))
    for mean, value in zip(average.state_dict().values(), network.state_dict().values()):
        if mean.dtype.is_floating_point:
            mean.mul_(keep).add_(value, alpha=1 - keep)
        else:
            mean.copy_(value)


def train(
    data: Path, photographs: Path | None, minutes: float, size: int, batch: int, workers: int, threads: int, half: bool, jitter: float,
) -> None:
    """Writes `data`/checkpoint.pt. `minutes` is the whole training time, that of earlier runs included."""
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = FoodNet(len(CLASSES)).to(device, memory_format=torch.channels_last)
    decayed = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.02}, {"params": others, "weight_decay": 0.0}], lr=LEARNING_RATE, betas=(0.9, 0.99)
    )
    average = copy.deepcopy(network).eval()
    spent, step, checkpoint = 0.0, 0, data / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device)
        network.load_state_dict(saved["network"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        spent, step = saved["spent"], saved["step"]

    def save() -> None:
        state = {
            "network": network.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
            "spent": spent, "step": step, "batch": batch, "size": size,
        }
        torch.save(state, checkpoint.with_suffix(".part"))
        checkpoint.with_suffix(".part").rename(checkpoint)

    composer = Composer(data, photographs, size, jitter)
    pictures = Pictures(composer, step * batch)
    loader = iter(
        DataLoader(pictures, batch, sampler=InOrder(1 << 28), num_workers=workers, collate_fn=collate,
                   prefetch_factor=4 if workers else None, pin_memory=device.type == "cuda")
    )
    budget, started, before, last_save = minutes * 60, time.monotonic(), spent, time.monotonic()
    running: dict[str, float] = {}
    with tqdm(total=int(budget), initial=int(spent), unit="s", desc="training", mininterval=15) as bar:
        while spent < budget:
            rate = LEARNING_RATE * min(1, (step + 1) / WARM_UP_STEPS) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * spent / budget)))
            for group in optimiser.param_groups:
                group["lr"] = rate
            x, truths = next(loader)
            x = (x.to(device).float() / 255).contiguous(memory_format=torch.channels_last)
            network.train()
            with torch.autocast(device.type, torch.bfloat16, enabled=half or device.type == "cuda"):
                outputs = network(x)
            loss, parts = total_loss({k: v.float() for k, v in outputs.items()}, [t.to(device) for t in truths])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
            optimiser.step()
            step += 1
            follow(average, network, step)
            running = {k: 0.95 * running.get(k, v) + 0.05 * v for k, v in parts.items()}
            spent = before + time.monotonic() - started
            bar.n = int(spent)
            bar.set_postfix({"pictures": step * batch, **{k: f"{v:.3f}" for k, v in running.items()}}, refresh=False)
            bar.update(0)
            if time.monotonic() - last_save > SAVE_EVERY_SECONDS:
                save()
                last_save = time.monotonic()
    save()
