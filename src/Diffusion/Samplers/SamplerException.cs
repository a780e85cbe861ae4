namespace OrleansDiffusion.Diffusion.Samplers;

/// <summary>A scheduler configuration or a number of steps that a sampler cannot serve; the message is for the user.</summary>
public sealed class SamplerException(string message, Exception? inner = null) : Exception(message, inner);
