#!/usr/bin/env python3
"""Step 4: writes the model as an ONNX folder in the Diffusers/Optimum layout of Stable Diffusion 1.5.

  * Latent normalisation is inside the autoencoder's graphs, so scaling_factor is Stable Diffusion's usual 0.18215.
  * The UNet learned v-prediction. By default it is exported as an epsilon model (the conversion is in the graph), which
    is what a Stable Diffusion 1.5 scheduler expects; --prediction v_prediction exports it raw.
  * --dtype fp16 stores large weights as fp16 with a Cast to fp32, so that computing stays in fp32.

Also writes onnx_reference.json: inputs with PyTorch's outputs, for verify_onnx.mjs.
"""
import argparse
import json
import os
import shutil

import numpy as np
import onnx
import torch
import torch.nn as nn
from onnx import TensorProto, helper, numpy_helper

import checkpoints
from clip_tokenizer import TOKEN_COUNT_MAX
from networks import HEAD_WIDTH, NORM_GROUPS, TIMESTEP_COUNT, alphas_cumprod, parameter_count

SCALING_FACTOR = .18215
DIFFUSERS_VERSION = '0.30.0'
HALVED_FROM = 256  # smaller weights are not worth a Cast
REFERENCE_TIMESTEP = 500


class NormalisedEncoder(nn.Module):
    """Latents of mean 0 and deviation 1/scaling_factor per channel."""

    def __init__(self, encoder, mean, deviation):
        super().__init__()
        self.encoder = encoder
        scale = 1 / (SCALING_FACTOR * deviation)
        self.register_buffer('scale', scale.view(1, -1, 1, 1))
        self.register_buffer('mean', mean.view(1, -1, 1, 1))
        self.register_buffer('log_scale', 2 * scale.log().view(1, -1, 1, 1))

    def forward(self, sample):
        mean, log_variance = self.encoder(sample).chunk(2, 1)
        return torch.cat([(mean - self.mean) * self.scale, log_variance.clamp(-20, 5) + self.log_scale], 1)


class NormalisedDecoder(nn.Module):
    def __init__(self, decoder, mean, deviation):
        super().__init__()
        self.decoder = decoder
        self.register_buffer('scale', (SCALING_FACTOR * deviation).view(1, -1, 1, 1))
        self.register_buffer('mean', mean.view(1, -1, 1, 1))

    def forward(self, latent_sample):
        return self.decoder(latent_sample * self.scale + self.mean)


class PredictingUNet(nn.Module):
    """epsilon = sqrt(1 - a_t) x + sqrt(a_t) v; Salimans and Ho 2022, appendix D."""

    def __init__(self, unet, predicts_epsilon):
        super().__init__()
        self.unet, self.predicts_epsilon = unet, predicts_epsilon
        alphas = alphas_cumprod()
        self.register_buffer('signal', alphas.sqrt())
        self.register_buffer('noise', (1 - alphas).sqrt())

    def forward(self, sample, timestep, encoder_hidden_states):
        v = self.unet(sample, timestep, encoder_hidden_states)
        if not self.predicts_epsilon:
            return v
        t = timestep.round().long() if timestep.is_floating_point() else timestep
        return self.noise[t].view(-1, 1, 1, 1) * sample + self.signal[t].view(-1, 1, 1, 1) * v


def halve(path):
    """Stores every large fp32 weight as fp16, followed by a Cast."""
    model = onnx.load(path)
    graph, weights, casts = model.graph, [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < HALVED_FROM:
            weights.append(tensor)
            continue
        weights.append(numpy_helper.from_array(values.astype(np.float16), tensor.name + '_h'))
        casts.append(helper.make_node('Cast', [tensor.name + '_h'], [tensor.name], to=TensorProto.FLOAT, name='cast_' + tensor.name))
    nodes = casts + list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(weights)
    graph.node.extend(nodes)
    onnx.save(model, path)


def sides(height, width):
    return {0: 'batch_size', 2: height, 3: width}


def export(module, inputs, path, axes, arguments):
    """`axes`: dynamic axes by input and output name, inputs first; the first len(inputs) names are the inputs'."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    names = list(axes)
    with torch.no_grad():
        torch.onnx.export(
            module.eval(), inputs, path, input_names=names[:len(inputs)], output_names=names[len(inputs):], dynamic_axes=axes,
            opset_version=arguments.opset, do_constant_folding=True)
    if arguments.dtype == 'fp16':
        halve(path)
    model = onnx.load(path)
    onnx.checker.check_model(model)
    print(f'{path}: {os.path.getsize(path) / 1e6:.2f} MB, {len(model.graph.node)} nodes, {parameter_count(module)} parameters')


def export_graphs(modules, text_settings, arguments):
    vocabulary, width = text_settings['vocabulary_size'], text_settings['width']
    ids = torch.randint(0, vocabulary - 2, (2, TOKEN_COUNT_MAX), dtype=torch.int32)
    ids[:, 0], ids[:, 9:] = vocabulary - 2, vocabulary - 1
    timestep = torch.tensor([REFERENCE_TIMESTEP], dtype=torch.int64 if arguments.timestep == 'int64' else torch.float32)
    latents, text, pixels = torch.randn(2, 4, 16, 16), torch.randn(2, TOKEN_COUNT_MAX, width), torch.rand(2, 3, 64, 64) * 2 - 1
    tokens = {0: 'batch_size', 1: 'sequence_length'}
    export(modules['text_encoder'], (ids,), f'{arguments.to}/text_encoder/model.onnx',
           {'input_ids': tokens, 'last_hidden_state': tokens, 'pooler_output': {0: 'batch_size'}}, arguments)
    export(modules['unet'], (latents, timestep, text), f'{arguments.to}/unet/model.onnx',
           {'sample': sides('height', 'width'), 'timestep': {0: 'steps'}, 'encoder_hidden_states': tokens,
            'out_sample': sides('height', 'width')}, arguments)
    export(modules['vae_decoder'], (latents,), f'{arguments.to}/vae_decoder/model.onnx',
           {'latent_sample': sides('height_latent', 'width_latent'), 'sample': sides('height', 'width')}, arguments)
    export(modules['vae_encoder'], (pixels,), f'{arguments.to}/vae_encoder/model.onnx',
           {'sample': sides('height', 'width'), 'latent_parameters': sides('height_latent', 'width_latent')}, arguments)
    return ids, timestep


def configurations(text, unet, autoencoder_width, prediction):
    """Every configuration file of the folder, by path."""
    runtime, vocabulary, width = ['diffusers', 'OnnxRuntimeModel'], text['vocabulary_size'], text['width']
    autoencoder = {
        '_class_name': 'AutoencoderKL', '_diffusers_version': DIFFUSERS_VERSION, 'in_channels': 3, 'out_channels': 3, 'latent_channels': 4,
        'sample_size': 64, 'scaling_factor': SCALING_FACTOR,
        'block_out_channels': [autoencoder_width, 2 * autoencoder_width, 2 * autoencoder_width], 'act_fn': 'silu',
    }
    return {
        'model_index.json': {
            '_class_name': 'OnnxStableDiffusionPipeline', '_diffusers_version': DIFFUSERS_VERSION, 'feature_extractor': [None, None],
            'requires_safety_checker': False, 'safety_checker': [None, None], 'scheduler': ['diffusers', 'DDIMScheduler'],
            'text_encoder': runtime, 'tokenizer': ['transformers', 'CLIPTokenizer'], 'unet': runtime, 'vae_decoder': runtime, 'vae_encoder': runtime,
        },
        'generation_config.json': {'num_inference_steps': 25, 'guidance_scale': 4.5},
        'scheduler/scheduler_config.json': {
            '_class_name': 'DDIMScheduler', '_diffusers_version': DIFFUSERS_VERSION, 'beta_start': .00085, 'beta_end': .012,
            'beta_schedule': 'scaled_linear', 'num_train_timesteps': TIMESTEP_COUNT, 'clip_sample': False, 'set_alpha_to_one': False,
            'steps_offset': 1, 'prediction_type': prediction, 'timestep_spacing': 'trailing', 'skip_prk_steps': True, 'trained_betas': None,
        },
        'text_encoder/config.json': {
            'architectures': ['CLIPTextModel'], 'model_type': 'clip_text_model', 'vocab_size': vocabulary, 'hidden_size': width,
            'projection_dim': width, 'intermediate_size': 4 * width, 'num_hidden_layers': text['layer_count'],
            'num_attention_heads': text['head_count'], 'max_position_embeddings': TOKEN_COUNT_MAX, 'hidden_act': 'quick_gelu',
            'bos_token_id': vocabulary - 2, 'eos_token_id': vocabulary - 1, 'pad_token_id': vocabulary - 1, 'torch_dtype': 'float32',
        },
        'unet/config.json': {
            '_class_name': 'UNet2DConditionModel', '_diffusers_version': DIFFUSERS_VERSION, 'sample_size': 16, 'in_channels': 4,
            'out_channels': 4, 'cross_attention_dim': width, 'block_out_channels': unet['channels'], 'layers_per_block': unet['blocks'],
            'attention_head_dim': HEAD_WIDTH, 'norm_num_groups': NORM_GROUPS, 'center_input_sample': False, 'flip_sin_to_cos': True,
            'freq_shift': 0,
        },
        'vae_decoder/config.json': autoencoder,
        'vae_encoder/config.json': autoencoder,
    }


def reference(modules, ids, timestep, text_width):
    """Inputs and PyTorch's outputs, at two sizes and batches."""
    with torch.no_grad():
        hidden, pooled = modules['text_encoder'](ids)
        result = {'text': {'ids': ids.flatten().tolist(), 'shape': list(ids.shape), 'hidden': hidden.flatten().tolist(), 'pooled': pooled.flatten().tolist()}}
        for name, (count, height, width, length) in {'square': (2, 16, 16, TOKEN_COUNT_MAX), 'odd': (1, 20, 14, 9)}.items():
            latents, text = torch.randn(count, 4, height, width), torch.randn(count, length, text_width)
            pixels = torch.rand(count, 3, height * 4, width * 4) * 2 - 1
            result[name] = {
                'count': count, 'height': height, 'width': width, 'length': length, 'timestep': int(timestep),
                'latents': latents.flatten().tolist(), 'text': text.flatten().tolist(), 'pixels': pixels.flatten().tolist(),
                'unet': modules['unet'](latents, timestep, text).flatten().tolist(),
                'decoded': modules['vae_decoder'](latents).flatten().tolist(),
                'encoded': modules['vae_encoder'](pixels).flatten().tolist(),
            }
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--checkpoints', default='checkpoints', help='folder with vae.pt and diffusion.pt (default: %(default)s)')
    add('--data', default='data', help='folder with tokenizer/ (default: %(default)s)')
    add('--to', default='onnx', help='folder to write; what is there is deleted (default: %(default)s)')
    add('--dtype', default='fp16', choices=['fp16', 'fp32'], help='how weights are stored (default: %(default)s)')
    add('--prediction', default='epsilon', choices=['epsilon', 'v_prediction'], help='what the UNet returns (default: %(default)s)')
    add('--timestep', default='int64', choices=['int64', 'float32'], help="type of the UNet's timestep (default: %(default)s)")
    add('--opset', type=int, default=14, help='ONNX operator set (default: %(default)s)')
    arguments = parser.parse_args()
    torch.manual_seed(0)
    encoder, decoder, autoencoder_width = checkpoints.load_autoencoder(arguments.checkpoints)
    unet, text, state = checkpoints.load_diffusion(arguments.checkpoints)
    mean, deviation = state['mean'], state['deviation']
    modules = {
        'text_encoder': text, 'unet': PredictingUNet(unet, arguments.prediction == 'epsilon'),
        'vae_encoder': NormalisedEncoder(encoder, mean, deviation), 'vae_decoder': NormalisedDecoder(decoder, mean, deviation),
    }
    shutil.rmtree(arguments.to, ignore_errors=True)
    ids, timestep = export_graphs(modules, state['text_settings'], arguments)
    shutil.copytree(f'{arguments.data}/tokenizer', f'{arguments.to}/tokenizer')
    files = configurations(state['text_settings'], state['unet_settings'], autoencoder_width, arguments.prediction)
    for path, content in files.items():
        os.makedirs(os.path.dirname(f'{arguments.to}/{path}'), exist_ok=True)
        with open(f'{arguments.to}/{path}', 'w') as file:
            json.dump(content, file, indent=2)
    with open(f'{arguments.checkpoints}/onnx_reference.json', 'w') as file:
        json.dump(reference(modules, ids, timestep, state['text_settings']['width']), file)


if __name__ == '__main__':
    main()
