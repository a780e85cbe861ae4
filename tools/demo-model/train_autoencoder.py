#!/usr/bin/env python3
"""Step 2: trains the autoencoder on sprites composed on the fly (recoloured, on backgrounds, shifted, flipped).

Loss: L1, L1 of gradients (edges), a small SSIM term (Wang et al. 2004) and a tiny KL (Kingma and Welling 2014). The
learning rate follows the clock, so that it always ends with a full cosine decay however busy the machine is. Writes
vae.pt (averaged weights) and vae_samples.png.
"""
import argparse
import json
import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import checkpoints
from captions import CaptionMaker
from colours import compose
from flat_adam import FlatAdam
from networks import Decoder, Encoder, parameter_count

REPORT_EVERY = 50  # steps
SAVE_EVERY_SECONDS = 120
WARMUP_STEPS = 60
SHIFT_PIXELS = 4


def ssim(one, other, window=7):
    """Mean structural similarity of pictures in -1..1."""
    def mean(x):
        return F.avg_pool2d(x, window, 2)

    one, other = one * .5 + .5, other * .5 + .5
    mean_one, mean_other = mean(one), mean(other)
    variance_one, variance_other = mean(one * one) - mean_one ** 2, mean(other * other) - mean_other ** 2
    covariance = mean(one * other) - mean_one * mean_other
    top = (2 * mean_one * mean_other + 1e-4) * (2 * covariance + 9e-4)
    return (top / ((mean_one ** 2 + mean_other ** 2 + 1e-4) * (variance_one + variance_other + 9e-4))).mean()


def edges(x):
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


class Pictures:
    """Endless batches float[n, 3, 64, 64] in -1..1."""

    def __init__(self, data, seed=0, augment=True):
        self.sprites = np.load(f'{data}/sprites.npz')['x']
        with open(f'{data}/meta.json') as file:
            self.descriptions = json.load(file)
        self.maker, self.random, self.augment = CaptionMaker(self.descriptions, seed), np.random.default_rng(seed), augment

    def batch(self, count):
        pictures = np.stack([self._one() for _ in range(count)]).transpose(0, 3, 1, 2)
        return torch.from_numpy(np.ascontiguousarray(pictures, dtype=np.float32))

    def _one(self):
        index = self.maker.pick()
        colour, background = self.maker.pick_look(index)
        picture = compose(self.sprites[index], self.descriptions[index]['hue'], colour, background, self.random)
        if self.augment and self.random.random() < .3:
            picture = picture[:, ::-1]
        if self.augment and self.random.random() < .5:
            picture = np.roll(picture, self.random.integers(-SHIFT_PIXELS, SHIFT_PIXELS + 1, 2), (0, 1))
        return picture


class Training:
    def __init__(self, arguments):
        self.arguments = arguments
        self.encoder, self.decoder = Encoder(arguments.width), Decoder(arguments.width)
        if arguments.init:
            self.encoder, self.decoder, _ = checkpoints.load_autoencoder(arguments.init)
        self.encoder.to(arguments.device), self.decoder.to(arguments.device)
        self.optimiser = FlatAdam([self.encoder, self.decoder], bf16=not arguments.fp32, weight_decay=0, ema=.998)
        self.pictures = Pictures(arguments.data)
        self.validation = Pictures(arguments.data, seed=99, augment=False).batch(64)

    def step(self, rate):
        """One batch; returns the terms of the loss and the norm of the gradient."""
        x = self.pictures.batch(self.arguments.batch).to(self.arguments.device).contiguous(memory_format=torch.channels_last)
        mean, log_variance = self.encoder(x.to(self.optimiser.dtype)).float().chunk(2, 1)
        log_variance = log_variance.clamp(-20, 5)
        latents = mean + torch.randn_like(mean) * (log_variance * .5).exp()
        restored = self.decoder(latents.to(self.optimiser.dtype)).float()
        difference = (restored - x).abs().mean()
        edge_difference = sum((one - other).abs().mean() for one, other in zip(edges(restored), edges(x)))
        divergence = .5 * (mean * mean + log_variance.exp() - 1 - log_variance).mean()
        dissimilarity = 1 - ssim(restored, x)
        (difference + .5 * edge_difference + .15 * dissimilarity + 5e-4 * divergence).backward()
        return [difference.item(), edge_difference.item(), dissimilarity.item(), divergence.item(), self.optimiser.step(rate)]

    def save(self):
        """Writes the averaged weights and a sheet of restored pictures; returns how good they are."""
        self.optimiser.show_average()
        with torch.no_grad():
            parts = [self.encoder(part.to(self.arguments.device)).float().chunk(2, 1)[0] for part in self.validation.split(16)]
            restored = torch.cat([self.decoder(part).float() for part in parts]).clamp(-1, 1).cpu()
        deviation = float(torch.cat(parts).std())
        state = {'encoder': self.encoder.state_dict(), 'decoder': self.decoder.state_dict(), 'width': self.arguments.width}
        checkpoints.save(state, f'{self.arguments.out}/vae.pt')
        self._save_sheet(restored)
        self.optimiser.show_compute()
        error = (restored - self.validation).pow(2).mean().item() / 4
        return f'PSNR {-10 * np.log10(error):.2f} dB, SSIM {ssim(restored, self.validation).item():.3f}, latent deviation {deviation:.3f}'

    def _save_sheet(self, restored):
        rows = [torch.cat(list(pictures[first:first + 12]), 2) for first in (0, 12) for pictures in (self.validation, restored)]
        pixels = (torch.cat(rows, 1).permute(1, 2, 0).numpy() + 1) * 127.5
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(f'{self.arguments.out}/vae_samples.png')


def run(arguments):
    training = Training(arguments)
    print(f'{parameter_count(training.encoder) + parameter_count(training.decoder)} parameters, batches of {arguments.batch}')
    begin = reported = saved = time.time()
    step, terms = 0, []
    while (done := (time.time() - begin) / (arguments.minutes * 60)) < 1:
        warmup, decay = min(1, (step + 1) / WARMUP_STEPS), .02 + .98 * .5 * (1 + np.cos(np.pi * done))
        terms.append(training.step(arguments.rate * warmup * decay))
        step += 1
        if step % REPORT_EVERY == 0:
            l1, edge, dissimilarity, divergence, norm = np.mean(terms[-REPORT_EVERY:], 0)
            speed = REPORT_EVERY * arguments.batch / (time.time() - reported)
            reported = time.time()
            print(f'{step}: {reported - begin:.0f} s, L1 {l1:.4f}, edges {edge:.4f}, 1-SSIM {dissimilarity:.3f}, KL {divergence:.2f}, '
                  f'gradient {norm:.2f}, {speed:.1f} pictures/s', flush=True)
        if time.time() - saved > SAVE_EVERY_SECONDS:
            print(training.save(), flush=True)
            saved = time.time()
    print(f'done after {step} steps: {training.save()}', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--data', default='data', help='folder that prepare_data.py wrote (default: %(default)s)')
    add('--out', default='checkpoints', help='folder for vae.pt (default: %(default)s)')
    add('--init', help='folder with a vae.pt to start from')
    add('--minutes', type=float, default=15, help='how long to train (default: %(default)s)')
    add('--batch', type=int, default=16, help='pictures per step (default: %(default)s)')
    add('--rate', type=float, default=1.5e-3, help='highest learning rate (default: %(default)s)')
    add('--width', type=int, default=48, help='channels of the widest layers (default: %(default)s)')
    add('--threads', type=int, default=2, help='CPU threads (default: %(default)s)')
    add('--device', default='cpu', help='cpu or cuda (default: %(default)s)')
    add('--fp32', action='store_true', help='compute in fp32; the default is bf16 with fp32 master weights')
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    os.makedirs(arguments.out, exist_ok=True)
    run(arguments)


if __name__ == '__main__':
    main()
