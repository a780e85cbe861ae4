#!/usr/bin/env python3
"""Step 1: sprites, captions' data and the tokenizer, from npm packages (package.json has the exact versions).

  @iconify-json/noto               Noto Emoji, SVG                Apache-2.0
  @iconify-json/fluent-emoji-flat  Microsoft Fluent, flat SVG     MIT
  @lobehub/fluent-emoji-3d         Microsoft Fluent, 3D WebP      MIT
  unicode-emoji-json, emojilib     names, groups and keywords     MIT

Writes sprites.npz (uint8[n, 64, 64, 4], straight alpha), meta.json (per sprite: slug, name, style, dominant colour,
sampling weight, aliases, keywords) and tokenizer/. Needs rsvg-convert (librsvg2-bin).
"""
import argparse
import io
import json
import os
import subprocess
from collections import Counter
from multiprocessing import Pool

import numpy as np
from PIL import Image

import clip_tokenizer
from captions import CaptionMaker
from emoji_selection import ALIASES, CORE, DROP, EXTRA, GROUPS, SECOND, TONED, TONES

SIDE = 64
DRAWING_SIDE = 58  # a small margin around each drawing
RENDER_SIDE = 256
CAPTION_COUNT = 60000
MERGE_COUNT = 1400
SKIN_TONE_FIRST = 0x1F3FB
VARIATION_SELECTOR = '\ufe0f'
# Words of ordinary prompts, so that the tokenizer does not fall apart on them.
COMMON_PROMPT = ('a painting of a photo of an old man in the forest at night with big eyes and small hands, '
                 'high quality, masterpiece, blurry, low quality')


def read_json(path):
    with open(path) as file:
        return json.load(file)


class IconSet:
    """An Iconify collection of SVG drawings."""

    def __init__(self, path):
        data = read_json(path)
        self.icons, self.aliases = data['icons'], data.get('aliases', {})
        self.width, self.height = data.get('width', 16), data.get('height', 16)

    def svg(self, name):
        while name in self.aliases:
            name = self.aliases[name]['parent']
        if name not in self.icons:
            return None
        icon = self.icons[name]
        width, height = icon.get('width', self.width), icon.get('height', self.height)
        box = f"{icon.get('left', 0)} {icon.get('top', 0)} {width} {height}"
        return ('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
                f'viewBox="{box}" width="{width}" height="{height}">{icon["body"]}</svg>')


def render(svg):
    """SVG text -> PNG bytes; empty if the drawing is broken."""
    side = str(RENDER_SIDE)
    return subprocess.run(['rsvg-convert', '-w', side, '-h', side, '-f', 'png'], input=svg.encode(), capture_output=True, check=False).stdout


def fit(picture):
    """Crops to the drawing and centres it: uint8[64, 64, 4], or None if there is nothing. Resized with premultiplied alpha."""
    rgba = np.asarray(picture.convert('RGBA')).astype(np.float32) / 255
    rows, columns = np.where(rgba[..., 3] > .03)
    if len(rows) == 0:
        return None
    rgba = rgba[rows.min():rows.max() + 1, columns.min():columns.max() + 1]
    height, width = rgba.shape[:2]
    scale = DRAWING_SIDE / max(height, width)
    width, height = max(1, round(width * scale)), max(1, round(height * scale))
    premultiplied = np.concatenate([rgba[..., :3] * rgba[..., 3:], rgba[..., 3:]], -1)
    channels = [np.asarray(Image.fromarray(premultiplied[..., i]).resize((width, height), Image.LANCZOS)) for i in range(4)]
    sprite = np.zeros((SIDE, SIDE, 4), np.float32)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    sprite[top:top + height, left:left + width] = np.clip(np.stack(channels, -1), 0, 1)
    alpha = sprite[..., 3:]
    sprite[..., :3] = np.where(alpha > 1e-3, np.clip(sprite[..., :3] / np.maximum(alpha, 1e-3), 0, 1), 0)
    return (sprite * 255 + .5).astype(np.uint8)


def name_hue(hue, saturation, value):
    if hue < 12 or hue >= 345:
        return 'red' if saturation > 150 else 'pink'
    if hue < 38:
        return 'brown' if value < 185 else 'orange'
    limits = [(65, 'yellow'), (165, 'green'), (198, 'light blue'), (250, 'blue'), (292, 'purple'), (345, 'pink')]
    return next(name for limit, name in limits if hue < limit)


def dominant_colour(sprite):
    """(name, hue in degrees) of a sprite's main colour; hue None for black, gray and white; both None where there is none."""
    hue, saturation, value = (np.asarray(c).astype(np.float32) for c in Image.fromarray(sprite[..., :3]).convert('HSV').split())
    hue = hue * (360 / 255)
    inside = sprite[..., 3] > 128
    area = inside.sum() + 1e-6
    coloured = inside & (saturation > 80) & (value > 70)
    if coloured.sum() / area > .35:
        histogram = np.histogram(hue[coloured], 36, (0, 360))[0].astype(float)
        window = sum(np.roll(histogram, shift) for shift in (-2, -1, 0, 1, 2))
        peak = int(window.argmax())
        if window[peak] / area <= .45:
            return None, None
        centre = peak * 10 + 5
        offset = (hue - centre + 180) % 360 - 180
        near = coloured & (np.abs(offset) < 25)
        mean_hue = float((centre + offset[near].mean()) % 360)
        return name_hue(mean_hue, float(saturation[near].mean()), float(value[near].mean())), mean_hue
    colourless = inside & (saturation < 60)
    if colourless.sum() / area > .75:
        brightness = float(value[colourless].mean())
        return 'white' if brightness > 215 else 'black' if brightness < 85 else 'gray', None
    return None, None


def is_wanted(slug, group):
    is_clock = 'o_clock' in slug or ('thirty' in slug and 'face' not in slug)
    return slug not in DROP and (group in GROUPS or slug in EXTRA) and not is_clock


def concepts(npm):
    """Each wanted emoji, and its skin tones: (icon name, emoji, description)."""
    keywords = read_json(f'{npm}/emojilib/dist/emoji-en-US.json')
    for emoji, entry in read_json(f'{npm}/unicode-emoji-json/data-by-emoji.json').items():
        slug = entry['slug']
        if not is_wanted(slug, entry['group']):
            continue
        words = [k.replace('_', ' ') for k in keywords.get(emoji, []) if k.replace('_', '').isalpha() and k != slug]
        concept = {
            'slug': slug, 'name': entry['name'].lower().replace('“', '').replace('”', '').replace('’', "'"), 'tone': None,
            'weight': 3.0 if slug in CORE else 2.0 if slug in SECOND else 1.0, 'aliases': ALIASES.get(slug, []), 'keywords': words[:6],
        }
        icon = slug.replace('_', '-')
        yield icon, emoji, concept
        for i, tone in enumerate(TONES if slug in TONED else []):
            toned = emoji.replace(VARIATION_SELECTOR, '') + chr(SKIN_TONE_FIRST + i)
            yield f'{icon}-{tone}-skin-tone', toned, {**concept, 'tone': tone, 'weight': .5}


def webp_path(npm, emoji):
    for text in (emoji, emoji.replace(VARIATION_SELECTOR, '')):
        path = f"{npm}/@lobehub/fluent-emoji-3d/assets/{'-'.join(f'{ord(c):x}' for c in text)}.webp"
        if os.path.exists(path):
            return path
    return None


def draw_sprites(npm, processes):
    """All sprites with their descriptions."""
    sets = {'noto': IconSet(f'{npm}/@iconify-json/noto/icons.json'), 'flat': IconSet(f'{npm}/@iconify-json/fluent-emoji-flat/icons.json')}
    drawings, photos = [], []
    for icon, emoji, concept in concepts(npm):
        for style, icons in sets.items():
            svg = icons.svg(icon)
            if svg:
                drawings.append((svg, {**concept, 'style': style}))
        path = webp_path(npm, emoji)
        if path:
            photos.append((path, {**concept, 'style': '3d'}))
    sprites, descriptions = [], []

    def add(picture, description):
        sprite = fit(picture)
        if sprite is not None:
            colour, hue = dominant_colour(sprite)
            sprites.append(sprite)
            descriptions.append({**description, 'color': colour, 'hue': hue})

    with Pool(processes) as pool:
        for png, (_, description) in zip(pool.imap(render, [svg for svg, _ in drawings], 8), drawings):
            if png:
                add(Image.open(io.BytesIO(png)), description)
    for path, description in photos:
        add(Image.open(path), description)
    return np.stack(sprites), descriptions


def train_tokenizer(descriptions, folder):
    maker = CaptionMaker(descriptions, seed=1)
    corpus = [maker.random_caption() for _ in range(CAPTION_COUNT)]
    corpus += [d['name'] for d in descriptions] * 3 + [word for d in descriptions for word in d['keywords'] + d['aliases']]
    corpus += [COMMON_PROMPT] * 20
    vocabulary, merges = clip_tokenizer.train(corpus, MERGE_COUNT)
    clip_tokenizer.save(folder, vocabulary, merges)
    return len(vocabulary)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--npm', default='node_modules', help='where `npm ci --ignore-scripts` put the packages (default: %(default)s)')
    parser.add_argument('--data', default='data', help='folder to write (default: %(default)s)')
    parser.add_argument('--processes', type=int, default=2, help='renderers at once (default: %(default)s)')
    arguments = parser.parse_args()
    os.makedirs(arguments.data, exist_ok=True)
    sprites, descriptions = draw_sprites(arguments.npm, arguments.processes)
    np.savez_compressed(f'{arguments.data}/sprites.npz', x=sprites)
    with open(f'{arguments.data}/meta.json', 'w') as file:
        json.dump(descriptions, file)
    styles, recolourable = Counter(d['style'] for d in descriptions), sum(d['hue'] is not None for d in descriptions)
    print(f"{len(sprites)} sprites {dict(styles)}, {len({d['slug'] for d in descriptions})} concepts, {recolourable} recolourable")
    print(f"vocabulary {train_tokenizer(descriptions, f'{arguments.data}/tokenizer')}")


if __name__ == '__main__':
    main()
