"""AdamW over one flat buffer, with fp32 master weights, optional bf16 compute weights and an average of the weights.

All parameters live in one contiguous vector, so the optimiser, the average and (with several processes) the mean of
the gradients are a handful of vector operations: on a CPU much faster than autocast and torch.optim.
Loshchilov and Hutter 2019 (decoupled weight decay).
"""
import torch

EMA_EVERY = 4  # steps between updates of the average
BROKEN_GRADIENT = 1e4


def views_of(flat, parameters):
    """The vector as tensors shaped like the parameters; convolutions in channels_last order."""
    views, start = [], 0
    for parameter in parameters:
        part = flat[start:start + parameter.numel()]
        start += parameter.numel()
        if parameter.dim() == 4 and parameter.shape[2] * parameter.shape[3] > 1:
            out_channels, in_channels, height, width = parameter.shape
            views.append(part.view(out_channels, height, width, in_channels).permute(0, 3, 1, 2))
        else:
            views.append(part.view(parameter.shape))
    return views


class FlatAdam:
    def __init__(self, modules, bf16=True, weight_decay=.01, betas=(.9, .99), ema=.999, processes=None):
        """`processes`: torch.distributed when several share the work, else None."""
        self.parameters = [parameter for module in modules for parameter in module.parameters()]
        self.betas, self.ema_decay, self.step_count, self.processes = betas, ema, 0, processes
        count, device = sum(p.numel() for p in self.parameters), self.parameters[0].device
        self.dtype = torch.bfloat16 if bf16 else torch.float32
        self.master, self.decay = torch.empty(count, device=device), torch.empty(count, device=device)
        for value, decay, parameter in zip(self._views(self.master), self._views(self.decay), self.parameters):
            value.copy_(parameter.data)
            decay.fill_(weight_decay if parameter.dim() > 1 else 0)
        self.compute = self.master.to(self.dtype) if bf16 else self.master
        self.gradient = torch.zeros(count, dtype=self.dtype, device=device)
        for parameter, value, gradient in zip(self.parameters, self._views(self.compute), self._views(self.gradient)):
            parameter.data, parameter.grad = value, gradient
        self.mean, self.variance = torch.zeros(count, device=device), torch.zeros(count, device=device)
        self.average = self.master.clone()

    def step(self, rate, gradient_norm_max=1.0):
        """Returns the norm of the gradient. A broken one is dropped."""
        gradient = self.gradient.float()
        if self.processes is not None:
            self.processes.all_reduce(gradient)
            gradient /= self.processes.get_world_size()
        self.gradient.zero_()
        norm = float(gradient.norm())
        self.step_count += 1
        if norm != norm or norm > BROKEN_GRADIENT:
            return norm
        if norm > gradient_norm_max:
            gradient *= gradient_norm_max / norm
        first, second = self.betas
        self.mean.mul_(first).add_(gradient, alpha=1 - first)
        self.variance.mul_(second).addcmul_(gradient, gradient, value=1 - second)
        scale = (self.variance / (1 - second ** self.step_count)).sqrt_().add_(1e-8)
        self.master.addcmul_(self.master, self.decay, value=-rate)
        self.master.addcdiv_(self.mean, scale, value=-rate / (1 - first ** self.step_count))
        if self.compute is not self.master:
            self.compute.copy_(self.master)
        if self.step_count % EMA_EVERY == 0:
            decay = min(self.ema_decay, (1 + self.step_count) / (10 + self.step_count))
            self.average.lerp_(self.master, 1 - decay ** EMA_EVERY)
        return norm

    def show_average(self):
        """Puts the averaged weights into the modules, as fp32. `show_compute` goes back to training."""
        self._show(self.average)

    def show_compute(self):
        self._show(self.compute)

    def state(self):
        return {'master': self.master, 'mean': self.mean, 'variance': self.variance, 'average': self.average, 'step_count': self.step_count}

    def load_state(self, state):
        """A shorter state is one of a smaller model: what was added at its end starts fresh."""
        for name in ('master', 'mean', 'variance', 'average'):
            getattr(self, name)[:len(state[name])].copy_(state[name])
        self.step_count = state['step_count']
        self.compute.copy_(self.master)

    def _views(self, flat):
        return views_of(flat, self.parameters)

    def _show(self, flat):
        for parameter, value in zip(self.parameters, self._views(flat)):
            parameter.data = value
