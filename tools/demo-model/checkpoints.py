"""Reads and writes the two checkpoints: vae.pt (autoencoder) and diffusion.pt (text encoder and UNet)."""
import os

import torch

from networks import Decoder, Encoder, TextEncoder, UNet


def save(state, path):
    """Through a temporary file: a run that is killed leaves the previous checkpoint whole."""
    torch.save(state, f'{path}.tmp')
    os.replace(f'{path}.tmp', path)


def load_autoencoder(folder):
    """(encoder, decoder, width)."""
    state = torch.load(f'{folder}/vae.pt', map_location='cpu')
    encoder, decoder = Encoder(state['width']), Decoder(state['width'])
    encoder.load_state_dict(state['encoder'])
    decoder.load_state_dict(state['decoder'])
    return encoder.eval(), decoder.eval(), state['width']


def load_diffusion(folder):
    """(unet, text encoder, checkpoint); the checkpoint also holds settings and the latents' mean and deviation per channel."""
    state = torch.load(f'{folder}/diffusion.pt', map_location='cpu')
    unet, text = UNet(**state['unet_settings']), TextEncoder(**state['text_settings'])
    unet.load_state_dict(state['unet'])
    text.load_state_dict(state['text'])
    return unet.eval(), text.eval(), state
