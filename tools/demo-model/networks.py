"""The networks. Their interfaces follow the components of Stable Diffusion 1.5 (see export_onnx.py)."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

NORM_GROUPS = 8
HEAD_WIDTH = 32
TIMESTEP_COUNT = 1000


def parameter_count(module):
    return sum(parameter.numel() for parameter in module.parameters())


def alphas_cumprod(count=TIMESTEP_COUNT, beta_start=.00085, beta_end=.012):
    """Stable Diffusion's scaled_linear schedule: float[count]."""
    betas = torch.linspace(beta_start ** .5, beta_end ** .5, count, dtype=torch.float64) ** 2
    return torch.cumprod(1 - betas, 0).float()


def start_at_zero(layer):
    """A branch that ends in zeros lets the block begin as the identity."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class PlainResidual(nn.Module):
    """Residual block without normalisation: cheap on a CPU and stable at this depth."""

    def __init__(self, channels):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = start_at_zero(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x):
        return x + self.second(F.silu(self.first(F.silu(x))))


class Encoder(nn.Module):
    """[n, 3, h, w] in -1..1 -> [n, 8, h/4, w/4]: mean and log-variance of the latent."""

    def __init__(self, width=48, latent_channels=4):
        super().__init__()
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(2), nn.Conv2d(12, width, 3, padding=1), PlainResidual(width),
            nn.Conv2d(width, 2 * width, 3, 2, 1), PlainResidual(2 * width), PlainResidual(2 * width),
            nn.SiLU(), nn.Conv2d(2 * width, 2 * latent_channels, 1))

    def forward(self, pixels):
        return self.layers(pixels)


class Decoder(nn.Module):
    """[n, 4, h/4, w/4] -> [n, 3, h, w]."""

    def __init__(self, width=48, latent_channels=4):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(latent_channels, 2 * width, 3, padding=1), PlainResidual(2 * width), PlainResidual(2 * width),
            nn.Conv2d(2 * width, 4 * width, 1), nn.PixelShuffle(2), PlainResidual(width), PlainResidual(width),
            nn.SiLU(), nn.Conv2d(width, 48, 3, padding=1), nn.PixelShuffle(2), nn.SiLU(), nn.Conv2d(12, 3, 3, padding=1))

    def forward(self, latents):
        return self.layers(latents)


class TextBlock(nn.Module):
    """Pre-norm transformer block with CLIP's quick GELU."""

    def __init__(self, width, head_count):
        super().__init__()
        self.head_count = head_count
        self.norm_attention, self.norm_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value, self.attention_out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp_in, self.mlp_out = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask):
        count, length, width = x.shape
        head_width = width // self.head_count
        heads = self.query_key_value(self.norm_attention(x)).view(count, length, 3, self.head_count, head_width)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        scores = (query @ key.transpose(-1, -2)) * head_width ** -.5 + mask
        mixed = (scores.float().softmax(-1).to(value.dtype) @ value).transpose(1, 2).reshape(count, length, width)
        x = x + self.attention_out(mixed)
        hidden = self.mlp_in(self.norm_mlp(x))
        return x + self.mlp_out(hidden * torch.sigmoid(1.702 * hidden))


class TextEncoder(nn.Module):
    """Ids [n, length] -> a vector per token [n, length, width] and that of the end token [n, width]. Causal, as CLIP's."""

    def __init__(self, vocabulary_size, width=128, layer_count=3, head_count=4, length_max=32):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary_size, width), nn.Embedding(length_max, width)
        self.blocks = nn.ModuleList(TextBlock(width, head_count) for _ in range(layer_count))
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.tokens.weight, std=.1)
        nn.init.normal_(self.positions.weight, std=.02)

    def forward(self, ids):
        places = torch.arange(ids.shape[1], device=ids.device)
        mask = (places[None, :] > places[:, None]).to(self.tokens.weight.dtype) * -1e4
        x = self.tokens(ids) + self.positions(places)[None]
        for block in self.blocks:
            x = block(x, mask)
        x = self.norm(x)
        end = ids.to(torch.int32).argmax(-1)  # the end token has the largest id; argmax finds its first place
        return x, x[torch.arange(x.shape[0], device=ids.device), end]


class Residual(nn.Module):
    """Residual block whose second norm is scaled and shifted by the time and text embedding."""

    def __init__(self, channels_in, channels_out, embedding_width):
        super().__init__()
        self.norm_in, self.conv_in = nn.GroupNorm(NORM_GROUPS, channels_in), nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.modulation = nn.Linear(embedding_width, 2 * channels_out)
        self.norm_out = nn.GroupNorm(NORM_GROUPS, channels_out)
        self.conv_out = start_at_zero(nn.Conv2d(channels_out, channels_out, 3, padding=1))
        self.skip = nn.Conv2d(channels_in, channels_out, 1) if channels_in != channels_out else nn.Identity()

    def forward(self, x, embedding):
        hidden = self.conv_in(F.silu(self.norm_in(x)))
        scale, shift = self.modulation(embedding)[:, :, None, None].chunk(2, 1)
        return self.skip(x) + self.conv_out(F.silu(self.norm_out(hidden) * (1 + scale) + shift))


class Attention(nn.Module):
    """Self-attention, cross-attention on the text and a GELU MLP over the h*w positions."""

    def __init__(self, channels, text_width):
        super().__init__()
        self.head_count = channels // HEAD_WIDTH
        self.norm = nn.GroupNorm(NORM_GROUPS, channels)
        self.norm_self, self.norm_cross, self.norm_mlp = (nn.LayerNorm(channels) for _ in range(3))
        self.self_qkv, self.self_out = nn.Linear(channels, 3 * channels), start_at_zero(nn.Linear(channels, channels))
        self.cross_q, self.cross_kv = nn.Linear(channels, channels), nn.Linear(text_width, 2 * channels)
        self.cross_out = start_at_zero(nn.Linear(channels, channels))
        self.mlp_in, self.mlp_out = nn.Linear(channels, 3 * channels), start_at_zero(nn.Linear(3 * channels, channels))

    def attend(self, query, key, value):
        count, length, width = query.shape

        def split(x):
            return x.reshape(count, -1, self.head_count, width // self.head_count).transpose(1, 2)

        query, key, value = split(query), split(key), split(value)
        scores = ((query * (width // self.head_count) ** -.5) @ key.transpose(-1, -2)).softmax(-1)
        return (scores.to(value.dtype) @ value).transpose(1, 2).reshape(count, length, width)

    def forward(self, x, text):
        count, channels, height, width = x.shape
        positions = self.norm(x).flatten(2).transpose(1, 2)
        positions = positions + self.self_out(self.attend(*self.self_qkv(self.norm_self(positions)).chunk(3, -1)))
        query = self.cross_q(self.norm_cross(positions))
        positions = positions + self.cross_out(self.attend(query, *self.cross_kv(text).chunk(2, -1)))
        positions = positions + self.mlp_out(F.gelu(self.mlp_in(self.norm_mlp(positions))))
        return x + positions.transpose(1, 2).reshape(count, channels, height, width)


class UNet(nn.Module):
    """The latent is folded 2x2 into channels, then a two-level UNet runs at h/2 and h/4.

    Conditioning: cross-attention on the text, and the mean text vector added to the timestep embedding, which
    modulates every residual block. A light block of `fine` channels (0: none) refines the result at full latent size.
    """

    TIME_WIDTH = 128

    def __init__(self, channels=(128, 256), blocks=1, fine=0, text_width=128, embedding_width=256, latent_channels=4):
        super().__init__()
        wide, deep = channels
        self.settings = {
            'channels': list(channels), 'blocks': blocks, 'fine': fine,
            'text_width': text_width, 'embedding_width': embedding_width, 'latent_channels': latent_channels,
        }

        def residual(channels_in, channels_out):
            return Residual(channels_in, channels_out, embedding_width)

        self.time_in, self.time_out = nn.Linear(self.TIME_WIDTH, embedding_width), nn.Linear(embedding_width, embedding_width)
        self.text_in = nn.Linear(text_width, embedding_width)
        self.conv_in = nn.Conv2d(4 * latent_channels, wide, 3, padding=1)
        self.down_wide, self.down_wide_attention = nn.ModuleList(residual(wide, wide) for _ in range(blocks)), Attention(wide, text_width)
        self.shrink = nn.Conv2d(wide, deep, 3, 2, 1)
        self.down_deep, self.down_deep_attention = nn.ModuleList(residual(deep, deep) for _ in range(blocks)), Attention(deep, text_width)
        self.middle = residual(deep, deep)
        self.up_deep, self.up_deep_attention = nn.ModuleList(residual(2 * deep, deep) for _ in range(blocks)), Attention(deep, text_width)
        self.grow = nn.Conv2d(deep, 4 * wide, 1)
        self.up_wide = nn.ModuleList(residual(2 * wide, wide) for _ in range(blocks + 1))
        self.up_wide_attention = Attention(wide, text_width)
        self.norm_out = nn.GroupNorm(NORM_GROUPS, wide)
        self.conv_out = start_at_zero(nn.Conv2d(wide, 4 * latent_channels, 3, padding=1))
        if fine:  # registered last, so that a checkpoint trained without it can be extended
            self.fine_features, self.fine_in = nn.Conv2d(wide, 4 * fine, 1), nn.Conv2d(2 * latent_channels, fine, 3, padding=1)
            self.fine_block = residual(fine, fine)
            self.fine_out = start_at_zero(nn.Conv2d(fine, latent_channels, 3, padding=1))
        half = self.TIME_WIDTH // 2
        self.register_buffer('frequencies', torch.exp(-math.log(10000) * torch.arange(half).float() / half), persistent=False)

    def embed(self, timestep, text):
        angles = timestep.float()[:, None] * self.frequencies[None]
        waves = torch.cat([angles.cos(), angles.sin()], 1).to(text.dtype)
        return F.silu(self.time_out(F.silu(self.time_in(waves))) + self.text_in(text.mean(1)))

    def forward(self, latents, timestep, text):
        if timestep.dim() == 0:
            timestep = timestep[None]
        embedding = self.embed(timestep, text)
        x = self.conv_in(F.pixel_unshuffle(latents, 2))
        wide = [x]
        for block in self.down_wide:
            x = block(x, embedding)
            wide.append(x)
        x = wide[-1] = self.down_wide_attention(x, text)
        x, deep = self.shrink(x), []
        for block in self.down_deep:
            x = block(x, embedding)
            deep.append(x)
        x = self.middle(self.down_deep_attention(x, text), embedding)
        for block in self.up_deep:
            x = block(torch.cat([x, deep.pop()], 1), embedding)
        x = F.pixel_shuffle(self.grow(self.up_deep_attention(x, text)), 2)
        x = x[:, :, :wide[-1].shape[2], :wide[-1].shape[3]]  # h/2 may be odd
        for i, block in enumerate(self.up_wide):
            x = block(torch.cat([x, wide.pop()], 1), embedding)
            if i == 0:
                x = self.up_wide_attention(x, text)
        x = F.silu(self.norm_out(x))
        result = F.pixel_shuffle(self.conv_out(x), 2)
        return result + self.refine(latents, result, x, embedding) if self.settings['fine'] else result

    def refine(self, latents, result, features, embedding):
        fine = F.pixel_shuffle(self.fine_features(features), 2) + self.fine_in(torch.cat([latents, result], 1))
        return self.fine_out(F.silu(self.fine_block(fine, embedding)))
