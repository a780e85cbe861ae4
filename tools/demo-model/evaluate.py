#!/usr/bin/env python3
"""Step 5, optional: does "a NAME" look like that concept, and are background words obeyed?

A picture counts as a concept when its nearest training sprite (blurred RGB on white) is that concept: a crude stand-in
for looking at it. Writes all_concepts.png.
"""
import argparse
import json

import numpy as np
import torch
import torch.nn.functional as F

import checkpoints
from captions import with_article
from clip_tokenizer import Tokenizer
from colours import BACKGROUNDS, compose
from sampling import sample, save_sheet

BATCH = 32
CORNER = 5  # pixels


class Painter:
    def __init__(self, arguments):
        self.decoder = checkpoints.load_autoencoder(arguments.checkpoints)[1]
        self.unet, self.text, self.state = checkpoints.load_diffusion(arguments.checkpoints)
        self.tokenizer, self.arguments = Tokenizer(f'{arguments.data}/tokenizer'), arguments

    def paint(self, prompts):
        """float[n, 3, 64, 64] in -1..1."""
        batches = [prompts[first:first + BATCH] for first in range(0, len(prompts), BATCH)]
        return torch.cat([
            sample(self.unet, self.text, self.tokenizer, self.decoder, batch, self.state['mean'], self.state['deviation'],
                   self.arguments.steps, self.arguments.guidance)
            for batch in batches])


def blur(pictures):
    return F.avg_pool2d(pictures, 4).flatten(1)


def check_concepts(painter, arguments):
    sprites, random = np.load(f'{arguments.data}/sprites.npz')['x'], np.random.default_rng(0)
    with open(f'{arguments.data}/meta.json') as file:
        descriptions = json.load(file)
    known = [i for i, d in enumerate(descriptions) if d['style'] in ('noto', '3d') and (d['weight'] > 1 or arguments.all)]
    bank = torch.stack([torch.from_numpy(compose(sprites[i], None, None, None, random)).permute(2, 0, 1) for i in known])
    asked = [descriptions[i] for i in known if descriptions[i]['style'] == 'noto']
    pictures = painter.paint([with_article(d['name']) for d in asked])
    nearest = torch.cdist(blur(pictures), blur(bank)).argsort(1)[:, :5]
    slugs = [[descriptions[known[j]]['slug'] for j in row] for row in nearest]
    first = np.mean([d['slug'] == found[0] for d, found in zip(asked, slugs)])
    missed = [d['name'] for d, found in zip(asked, slugs) if d['slug'] not in found]
    print(f'{len(asked)} concepts: nearest sprite is the concept in {first:.1%}, among the nearest five in {1 - len(missed) / len(asked):.1%}')
    print('missed:', ', '.join(missed) or 'none')
    save_sheet(pictures, 20, f'{arguments.checkpoints}/all_concepts.png')


def check_backgrounds(painter):
    things = ('star', 'cat', 'rocket')
    pictures = painter.paint([f'{with_article(thing)} on a {name} background' for name in BACKGROUNDS for thing in things])
    near, far = slice(None, CORNER), slice(-CORNER, None)
    corners = torch.cat([pictures[:, :, rows, columns].flatten(2) for rows, columns in ((near, near), (far, near), (near, far))], 2)
    wanted = torch.tensor(list(BACKGROUNDS.values())) / 127.5 - 1
    found = torch.cdist(corners.mean(2), wanted).argmin(1)
    obeyed = found == torch.arange(len(BACKGROUNDS)).repeat_interleave(len(things))
    print(f'background word obeyed in {int(obeyed.sum())} of {len(obeyed)}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--checkpoints', default='checkpoints', help='folder with vae.pt and diffusion.pt (default: %(default)s)')
    add('--data', default='data', help='folder that prepare_data.py wrote (default: %(default)s)')
    add('--steps', type=int, default=25, help='DDIM steps (default: %(default)s)')
    add('--guidance', type=float, default=4.5, help='guidance scale (default: %(default)s)')
    add('--threads', type=int, default=2, help='CPU threads (default: %(default)s)')
    add('--all', action='store_true', help='all concepts, not just the popular ones')
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    painter = Painter(arguments)
    check_concepts(painter, arguments)
    check_backgrounds(painter)


if __name__ == '__main__':
    main()
