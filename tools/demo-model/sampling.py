"""Draws pictures with the trained networks in PyTorch, to look at them while training."""
import numpy as np
import torch
from PIL import Image

from networks import TIMESTEP_COUNT, alphas_cumprod

GAP = 4
GREY = (90, 90, 90)


@torch.no_grad()
def sample(unet, text_encoder, tokenizer, decoder, prompts, mean, deviation, steps=25, guidance=4.5, seed=0, side=16, device='cpu'):
    """DDIM (Song et al. 2021) on v-prediction (Salimans and Ho 2022), with guidance against the empty prompt.

    Returns float[n, 3, 4*side, 4*side] in -1..1.
    """
    alphas, count = alphas_cumprod().to(device), len(prompts)
    ids = torch.tensor([tokenizer.encode(prompt) for prompt in prompts] + [tokenizer.encode('')] * count)
    text = text_encoder(ids.to(device))[0]
    latents = torch.randn(count, 4, side, side, generator=torch.Generator().manual_seed(seed)).to(device)
    timesteps = torch.linspace(TIMESTEP_COUNT - 1, 0, steps + 1).round().long()[:-1]
    for i, timestep in enumerate(timesteps):
        times = torch.full((2 * count,), int(timestep), device=device)
        guided, free = unet(torch.cat([latents, latents]), times, text).chunk(2)
        v = free + guidance * (guided - free)
        alpha = alphas[timestep]
        clean = alpha.sqrt() * latents - (1 - alpha).sqrt() * v
        noise = (1 - alpha).sqrt() * latents + alpha.sqrt() * v
        following = alphas[timesteps[i + 1]] if i + 1 < steps else torch.tensor(1.)
        latents = following.sqrt() * clean + (1 - following).sqrt() * noise
    return decoder(latents * deviation.view(1, 4, 1, 1) + mean.view(1, 4, 1, 1)).clamp(-1, 1)


def save_sheet(pictures, columns, path):
    """A contact sheet of float[n, 3, h, w] in -1..1."""
    count, _, height, width = pictures.shape
    rows = -(-count // columns)
    sheet = Image.new('RGB', (columns * (width + GAP), rows * (height + GAP)), GREY)
    for i, picture in enumerate(pictures):
        pixels = ((picture.permute(1, 2, 0).cpu().numpy() + 1) * 127.5).round().clip(0, 255).astype(np.uint8)
        place = ((i % columns) * (width + GAP) + GAP // 2, (i // columns) * (height + GAP) + GAP // 2)
        sheet.paste(Image.fromarray(pixels), place)
    sheet.save(path)
