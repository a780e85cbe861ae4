"""A pool of pictures as latents with captions, made once: training then never touches pixels."""
import json
import time
from multiprocessing import Pool

import numpy as np
import torch

import checkpoints
from captions import CaptionMaker
from clip_tokenizer import Tokenizer
from colours import compose

CAPTIONS_PER_PICTURE = 6
PICTURES_PER_SPRITE_MIN = 8
PLAIN_PICTURES = 2  # copies of each sprite in its own colour on white
SEED = 7


def parse_styles(text):
    """'noto=.7,3d=.3' -> {'noto': .7, '3d': .3}"""
    return {name: float(share) for name, share in (part.split('=') for part in text.split(','))}


def is_kept(sprite, styles, concepts):
    """'core': popular concepts (weight above 1) in Noto's style and the most popular ones (above 2) in the others."""
    return sprite['style'] in styles and (concepts == 'all' or sprite['weight'] > (1 if sprite['style'] == 'noto' else 2))


def compose_share(job):
    """One sprite's pictures (uint8[n, 64, 64, 3]) and their captions as ids; runs in a worker process."""
    arguments, number, count, sprite, description = job
    tokenizer = Tokenizer(f'{arguments.data}/tokenizer')
    maker, random = CaptionMaker([description], SEED * 100003 + number, {description['style']: 1}), np.random.default_rng((SEED, number))
    pictures, ids = [], []
    for i in range(count):
        is_plain = i < PLAIN_PICTURES
        look = (None, None) if is_plain else maker.pick_look(0, arguments.colour_chance, arguments.background_chance)
        pixels = (compose(sprite, description['hue'], *look, random) + 1) * 127.5 + .5
        pictures.append(pixels.clip(0, 255).astype(np.uint8))
        ids.append([tokenizer.encode(maker.caption(0, *look)) for _ in range(CAPTIONS_PER_PICTURE)])
    return np.stack(pictures), ids


def build(arguments, path):
    """Writes {latents, ids, mean, deviation} to `path`, and the names of the concepts to concepts.json."""
    begin = time.time()
    sprites, styles = np.load(f'{arguments.data}/sprites.npz')['x'], parse_styles(arguments.styles)
    with open(f'{arguments.data}/meta.json') as file:
        descriptions = json.load(file)
    kept = [i for i, description in enumerate(descriptions) if is_kept(description, styles, arguments.concepts)]
    weights = np.array(CaptionMaker([descriptions[i] for i in kept], SEED, styles).weights)
    counts = np.maximum(PICTURES_PER_SPRITE_MIN, np.round(weights / weights.sum() * arguments.pool)).astype(int)
    names = sorted({descriptions[i]['name'] for i in kept})
    with open(f'{arguments.out}/concepts.json', 'w') as file:
        json.dump(names, file)
    print(f'{len(kept)} sprites of {len(names)} concepts, {counts.sum()} pictures', flush=True)
    jobs = [(arguments, number, int(counts[number]), sprites[i], descriptions[i]) for number, i in enumerate(kept)]
    with Pool(arguments.workers) as pool:  # forked before CUDA is touched
        encoder, dtype = checkpoints.load_autoencoder(arguments.out)[0], torch.bfloat16 if arguments.device == 'cpu' else torch.float32
        encoder = encoder.to(arguments.device, dtype).to(memory_format=torch.channels_last)
        latents, ids = [], []
        for pictures, share in pool.imap(compose_share, jobs, 2):
            pixels = torch.from_numpy(pictures).permute(0, 3, 1, 2).to(arguments.device, dtype) / 127.5 - 1
            with torch.no_grad():
                latents.append(encoder(pixels.contiguous(memory_format=torch.channels_last)).float().chunk(2, 1)[0].half().cpu())
            ids += share
    latents = torch.cat(latents)
    mean, deviation = latents.float().mean((0, 2, 3)), latents.float().std((0, 2, 3))
    torch.save({'latents': latents, 'ids': torch.tensor(ids, dtype=torch.int16), 'mean': mean, 'deviation': deviation}, path)
    print(f'latents ready after {time.time() - begin:.0f} s', flush=True)
