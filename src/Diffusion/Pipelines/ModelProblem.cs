namespace OrleansDiffusion.Diffusion.Pipelines;

/// <summary>One reason why a model folder cannot be served.</summary>
/// <param name="Where">
/// The file, relative to the folder, and the key in it where one is to blame: `unet/config.json: block_out_channels`.
/// </param>
/// <param name="Message">What is wrong, for the person who can mend it.</param>
public sealed record ModelProblem(string Where, string Message);
