#!/usr/bin/env python3
"""Step 3: trains the text encoder and the UNet together on cached latents (v-prediction, a tenth of captions dropped).

Stable Diffusion 1.5's noise schedule, 1000 steps. bf16 with fp32 master weights. With --processes 2 two processes of
one thread each average their gradients, which on a busy machine is faster than one process of two threads. The learning
rate follows the clock. Writes diffusion.pt (averaged weights and the optimiser's state) and sheet.png.
"""
import argparse
import datetime
import os
import time

import numpy as np
import torch
import torch.distributed
import torch.multiprocessing
import torch.nn.functional as F

import checkpoints
import latent_cache
from clip_tokenizer import Tokenizer
from flat_adam import FlatAdam
from networks import HEAD_WIDTH, TIMESTEP_COUNT, TextEncoder, UNet, alphas_cumprod, parameter_count
from sampling import sample, save_sheet

REPORT_EVERY = 100  # steps
SAVE_EVERY_SECONDS = 180
WARMUP_STEPS = 100
DROPPED_CAPTIONS = .1
SHEET_PROMPTS = [
    'a red apple', 'a green apple', 'a blue heart', 'a smiling cat', 'a 3d emoji of a dog', 'a rocket', 'a pizza', 'a yellow car',
    'a castle', 'a purple butterfly on a white background', 'a rainbow', 'a 3d robot', 'a ghost on a black background',
    'a sunflower', 'a house', 'a green dragon', 'a blue star', 'a panda', 'an ice cream', 'a guitar on a yellow background',
    'a crying face', 'a blue fish', 'a christmas tree', 'a crown',
]


class Examples:
    """Batches of (latents, ids) on the device; latents have mean 0 and deviation 1 per channel."""

    def __init__(self, path, tokenizer, device):
        cache = torch.load(path)
        self.mean, self.deviation, self.device = cache['mean'], cache['deviation'], device
        normal = (cache['latents'].float() - self.mean.view(1, 4, 1, 1)) / self.deviation.view(1, 4, 1, 1)
        self.latents, self.ids = normal.half().to(device), cache['ids'].to(device)
        self.empty = torch.tensor(tokenizer.encode(''), device=device)

    def batch(self, count):
        picked = torch.randint(0, len(self.latents), (count,), device=self.device)
        caption = torch.randint(0, self.ids.shape[1], (count,), device=self.device)
        ids = self.ids[picked, caption].long()
        is_dropped = torch.rand(count, 1, device=self.device) < DROPPED_CAPTIONS
        return self.latents[picked].float(), torch.where(is_dropped, self.empty[None], ids)


class Training:
    def __init__(self, arguments, rank, cache_path, processes):
        self.arguments, self.rank, self.device = arguments, rank, arguments.device
        self.tokenizer = Tokenizer(f'{arguments.data}/tokenizer')
        self.examples = Examples(cache_path, self.tokenizer, self.device)
        torch.manual_seed(0)  # the same start in every process
        channels = tuple(map(int, arguments.channels.split(',')))
        self.text_settings = {
            'vocabulary_size': len(self.tokenizer.vocabulary), 'width': arguments.text_width,
            'layer_count': arguments.text_layers, 'head_count': arguments.text_width // HEAD_WIDTH,
        }
        self.unet = UNet(channels, arguments.blocks, arguments.fine, arguments.text_width).to(self.device)
        self.text = TextEncoder(**self.text_settings).to(self.device)
        previous = self._resume()
        self.optimiser = FlatAdam([self.text, self.unet], bf16=not arguments.fp32, ema=arguments.ema, processes=processes)
        if previous and 'optimiser' in previous:
            self.optimiser.load_state(previous['optimiser'])
        torch.manual_seed(1234 + rank)
        alphas = alphas_cumprod().to(self.device)
        self.signal, self.noise = alphas.sqrt(), (1 - alphas).sqrt()

    def _resume(self):
        """The previous checkpoint, or None. One without the optimiser's state lends its weights only."""
        path = f'{self.arguments.out}/diffusion.pt'
        if not self.arguments.resume or not os.path.exists(path):
            return None
        state = torch.load(path, map_location='cpu')
        if 'optimiser' not in state:
            self.unet.load_state_dict(state['unet'])
            self.text.load_state_dict(state['text'])
        return state

    def step(self, rate, count):
        """One batch; returns the loss and the norm of the gradient."""
        clean, ids = self.examples.batch(count)
        noise = torch.randn_like(clean)
        # Stratified, and tilted towards high noise: that is where shapes are decided.
        places = (torch.arange(count, device=self.device) + torch.rand(count, device=self.device)) / count
        timesteps = places.pow(.75).mul(TIMESTEP_COUNT).long().clamp(0, TIMESTEP_COUNT - 1)
        signal, spread = self.signal[timesteps].view(-1, 1, 1, 1), self.noise[timesteps].view(-1, 1, 1, 1)
        noisy = (signal * clean + spread * noise).to(self.optimiser.dtype).contiguous(memory_format=torch.channels_last)
        loss = F.mse_loss(self.unet(noisy, timesteps, self.text(ids)[0]).float(), signal * noise - spread * clean)
        loss.backward()
        return loss.item(), self.optimiser.step(rate)

    def save(self):
        self.optimiser.show_average()
        moved = {name: value.cpu() if torch.is_tensor(value) else value for name, value in self.optimiser.state().items()}
        checkpoints.save({
            'unet': self.unet.state_dict(), 'text': self.text.state_dict(), 'unet_settings': self.unet.settings,
            'text_settings': self.text_settings, 'mean': self.examples.mean, 'deviation': self.examples.deviation, 'optimiser': moved,
        }, f'{self.arguments.out}/diffusion.pt')
        self.optimiser.show_compute()

    def draw(self):
        self.optimiser.show_average()
        decoder = checkpoints.load_autoencoder(self.arguments.out)[1].to(self.device)
        mean, deviation = self.examples.mean.to(self.device), self.examples.deviation.to(self.device)
        pictures = sample(self.unet, self.text, self.tokenizer, decoder, SHEET_PROMPTS, mean, deviation, device=self.device)
        save_sheet(pictures, 8, f'{self.arguments.out}/sheet.png')
        self.optimiser.show_compute()


def run(rank, arguments, cache_path):
    """One process of the training."""
    torch.set_num_threads(arguments.threads)
    processes = join(rank, arguments)
    training, share = Training(arguments, rank, cache_path, processes), arguments.batch // arguments.processes
    if rank == 0:
        print(f'UNet {parameter_count(training.unet)}, text encoder {parameter_count(training.text)} parameters', flush=True)
    begin = reported = saved = drawn = time.time()
    step, losses, clock = 0, [], torch.zeros(1)
    while True:
        clock[0] = time.time() - begin
        if processes is not None:
            processes.broadcast(clock, 0)  # all end together
        done = float(clock) / (arguments.minutes * 60)
        if done >= 1:
            break
        rate = arguments.rate * min(1, (step + 1) / WARMUP_STEPS) * (.02 + .98 * .5 * (1 + np.cos(np.pi * done)))
        losses.append(training.step(rate, share))
        step += 1
        if rank != 0:
            continue
        now = time.time()
        if step % REPORT_EVERY == 0:
            loss, norm = np.mean(losses[-REPORT_EVERY:], 0)
            speed, reported = REPORT_EVERY * arguments.batch / (now - reported), now
            print(f'{step}: {now - begin:.0f} s, loss {loss:.4f}, gradient {norm:.2f}, rate {rate:.1e}, {speed:.0f} examples/s', flush=True)
        if now - saved > SAVE_EVERY_SECONDS:
            training.save()
            saved = now
        if now - drawn > arguments.draw_minutes * 60:
            training.draw()
            drawn = now
    if rank == 0:
        training.save()
        training.draw()
        print(f'done after {step} steps, loss {np.mean([loss for loss, _ in losses[-200:]]):.4f}', flush=True)


def join(rank, arguments):
    """torch.distributed when several processes share the work, else None."""
    if arguments.processes == 1:
        return None
    torch.distributed.init_process_group(
        'gloo', init_method=f'file://{os.path.abspath(arguments.out)}/rendezvous', rank=rank, world_size=arguments.processes,
        timeout=datetime.timedelta(minutes=10))
    return torch.distributed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--data', default='data', help='folder that prepare_data.py wrote (default: %(default)s)')
    add('--out', default='checkpoints', help='folder with vae.pt, and for diffusion.pt (default: %(default)s)')
    add('--resume', action='store_true', help='go on from the diffusion.pt in --out')
    add('--minutes', type=float, default=45, help='how long to train (default: %(default)s)')
    add('--draw-minutes', type=float, default=6, help='how often to draw sheet.png (default: %(default)s)')
    add('--batch', type=int, default=32, help='examples per step, over all processes (default: %(default)s)')
    add('--rate', type=float, default=1e-3, help='highest learning rate (default: %(default)s)')
    add('--ema', type=float, default=.998, help='decay of the averaged weights (default: %(default)s)')
    add('--channels', default='96,160', help='channels of the two levels (default: %(default)s)')
    add('--blocks', type=int, default=1, help='residual blocks per level (default: %(default)s)')
    add('--fine', type=int, default=32, help='channels of the refinement block, 0 for none (default: %(default)s)')
    add('--text-width', type=int, default=128, help='width of the text encoder (default: %(default)s)')
    add('--text-layers', type=int, default=3, help='layers of the text encoder (default: %(default)s)')
    add('--concepts', default='core', choices=['core', 'all'], help='popular concepts or all 894 (default: %(default)s)')
    add('--styles', default='noto=.7,3d=.3', help='share of each style (default: %(default)s)')
    add('--pool', type=int, default=11000, help='pictures in the cache (default: %(default)s)')
    add('--workers', type=int, default=2, help='processes that compose the cache (default: %(default)s)')
    add('--colour-chance', type=float, default=.3, help='share of recoloured pictures (default: %(default)s)')
    add('--background-chance', type=float, default=.3, help='share with a coloured background (default: %(default)s)')
    add('--processes', type=int, default=1, help='training processes (default: %(default)s)')
    add('--threads', type=int, default=1, help='CPU threads of each process (default: %(default)s)')
    add('--device', default='cpu', help='cpu or cuda (default: %(default)s)')
    add('--fp32', action='store_true', help='compute in fp32; the default is bf16 with fp32 master weights')
    arguments = parser.parse_args()
    cache_path = f'{arguments.data}/latents.pt'
    if not os.path.exists(cache_path):
        latent_cache.build(arguments, cache_path)
    rendezvous = f'{arguments.out}/rendezvous'
    if os.path.exists(rendezvous):
        os.remove(rendezvous)
    if arguments.processes == 1:
        run(0, arguments, cache_path)
    else:
        torch.multiprocessing.spawn(run, (arguments, cache_path), nprocs=arguments.processes)


if __name__ == '__main__':
    main()
