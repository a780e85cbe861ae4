"""Writes captions for sprites: names, colours, styles, backgrounds, now and then keywords."""
import random
from collections import Counter

from colours import BACKGROUNDS, TARGETS

STYLE_WORDS = {'noto': ['cartoon'], 'flat': ['flat'], '3d': ['3d']}
STYLE_SHARES = {'noto': .45, '3d': .35, 'flat': .2}
STYLE_WORD_CHANCE = {'noto': .3, 'flat': .97, '3d': .97}  # Noto is the look that needs no word


def with_article(noun):
    return ('an ' if noun[0] in 'aeiou' else 'a ') + noun


class CaptionMaker:
    """Draws (sprite, colour, background) combinations and describes them."""

    def __init__(self, sprites, seed=0, style_shares=STYLE_SHARES):
        self.sprites, self.random = sprites, random.Random(seed)
        totals = Counter()
        for sprite in sprites:
            totals[sprite['style']] += sprite['weight']
        self.weights = [s['weight'] * style_shares[s['style']] / totals[s['style']] for s in sprites]

    def pick(self):
        return self.random.choices(range(len(self.sprites)), self.weights)[0]

    def pick_look(self, index, colour_chance=.35, background_chance=.35):
        """A colour and a background for a sprite, or None for its own colour and for white."""
        sprite, colour, background = self.sprites[index], None, None
        can_change = sprite['hue'] is not None and sprite['tone'] is None
        if can_change and self.random.random() < colour_chance:
            colour = self.random.choice([c for c in TARGETS if c != sprite['color']])
        if self.random.random() < background_chance:
            background = self.random.choice([b for b in BACKGROUNDS if b != 'white'])
        return colour, background

    def caption(self, index, colour, background):
        sprite = self.sprites[index]
        name, style = self._name(sprite, colour), self._style(sprite['style'])
        return self._sentence(name, style) + self._keywords(sprite) + self._place(background)

    def random_caption(self):
        index = self.pick()
        colour, background = self.pick_look(index)
        return self.caption(index, colour, background)

    def _name(self, sprite, colour):
        name = self.random.choice([sprite['name'], *sprite['aliases'] * 2]) if sprite['aliases'] else sprite['name']
        words = name.split()
        has_colour = any(word in TARGETS for word in words)
        if colour:
            kept = [word for word in words if word not in TARGETS and word != 'light'] if has_colour else words
            name = ' '.join([colour, *kept])
        elif sprite['color'] and not has_colour and self.random.random() < .3:
            name = f"{sprite['color']} {name}"
        if sprite['tone']:
            tone = sprite['tone'].replace('-', ' ')
            name = self.random.choice([f'{name} with {tone} skin', f'{name}, {tone} skin tone'])
        return name

    def _style(self, style):
        return self.random.choice(STYLE_WORDS[style]) if self.random.random() < STYLE_WORD_CHANCE[style] else ''

    def _sentence(self, name, style):
        form, prefix = self.random.random(), style + ' ' if style else ''
        article = (lambda noun: 'the ' + noun) if self.random.random() < .08 else with_article
        if form < .3:
            return article(prefix + name)
        if form < .5:
            return f"{article(prefix + 'emoji')} of {article(name)}"
        if form < .65:
            return f'{prefix}{name} emoji'
        if form < .8:
            return f'{prefix}{name}'
        return article(name) + (self.random.choice([f', {style}', f', {style} style', f' in {style} style']) if style else '')

    def _keywords(self, sprite):
        keywords = sprite['keywords']
        if not keywords or self.random.random() >= .2:
            return ''
        return ', ' + ', '.join(self.random.sample(keywords, min(len(keywords), self.random.choice([1, 2]))))

    def _place(self, background):
        if background:
            return self.random.choice([f' on a {background} background', f' on {background} background', f', {background} background'])
        return self.random.choice([' on a white background', ', white background']) if self.random.random() < .12 else ''
