"""Named colours: recolouring sprites and laying them on backgrounds."""
import numpy as np

# name: (hue in degrees, saturation factor, value factor)
TARGETS = {
    'red': (0, 1.1, 1), 'orange': (27, 1.1, 1), 'yellow': (50, 1.1, 1.1), 'green': (125, 1, .95),
    'light blue': (192, .75, 1.1), 'blue': (220, 1.1, 1), 'purple': (275, 1, 1), 'pink': (330, .6, 1.15),
    'brown': (24, .85, .6), 'black': (0, 0, .28), 'gray': (0, 0, .7), 'white': (0, .04, 0),
}
BACKGROUNDS = {
    'red': (222, 50, 50), 'orange': (255, 150, 40), 'yellow': (255, 222, 70), 'green': (70, 180, 80),
    'light blue': (150, 215, 245), 'blue': (50, 100, 220), 'purple': (140, 70, 190), 'pink': (250, 170, 200),
    'brown': (130, 85, 50), 'black': (15, 15, 18), 'gray': (150, 150, 150), 'white': (255, 255, 255),
}
HUE_REACH = 50  # degrees around the dominant hue that move with it
HUE_FADE = 15
BACKGROUND_JITTER = 10


def rgb_to_hsv(rgb):
    """float[..., 3] in 0..1 -> hue in degrees, saturation, value."""
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    high, low = rgb.max(-1), rgb.min(-1)
    spread = high - low
    safe = np.maximum(spread, 1e-6)
    sector = np.where(high == red, (green - blue) / safe % 6, np.where(high == green, (blue - red) / safe + 2, (red - green) / safe + 4))
    return np.where(spread < 1e-6, 0, sector * 60), spread / np.maximum(high, 1e-6), high


def hsv_to_rgb(hue, saturation, value):
    def channel(offset):
        k = (offset + hue / 60) % 6
        return value - value * saturation * np.clip(np.minimum(k, 4 - k), 0, 1)
    return np.stack([channel(5), channel(3), channel(1)], -1)


def recolour(rgb, dominant_hue, colour):
    """Moves the pixels near the sprite's dominant hue to a named colour; others (leaf, eyes) stay."""
    target_hue, saturation_factor, value_factor = TARGETS[colour]
    hue, saturation, value = rgb_to_hsv(rgb)
    offset = (hue - dominant_hue + 180) % 360 - 180
    mask = np.clip((HUE_REACH - np.abs(offset)) / HUE_FADE, 0, 1) * np.clip((saturation - .1) / .15, 0, 1)
    new_value = 1 - (1 - value) * .35 if colour == 'white' else np.clip(value * value_factor, 0, 1)
    new = hsv_to_rgb((target_hue + offset * .5) % 360, np.clip(saturation * saturation_factor, 0, 1), new_value)
    return rgb + (new - rgb) * mask[..., None]


def compose(sprite, dominant_hue, colour, background, rng):
    """uint8[h, w, 4] sprite -> float[h, w, 3] picture in -1..1, recoloured and on a background where these are named."""
    sprite = sprite.astype(np.float32) / 255
    rgb, alpha = sprite[..., :3], sprite[..., 3:]
    if colour:
        rgb = recolour(rgb, dominant_hue, colour)
    behind = np.array(BACKGROUNDS[background or 'white'], np.float32)
    if background:
        behind = np.clip(behind + rng.normal(0, BACKGROUND_JITTER, 3), 0, 255)
    return (rgb * alpha + behind / 255 * (1 - alpha)) * 2 - 1
