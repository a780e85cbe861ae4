namespace OrleansDiffusion.Weights;

/// <summary>
/// How much a pipeline holds besides its weights, from the shapes in its configuration. Components run one after the
/// other, so the largest counts.
/// </summary>
internal static class WorkingMemory
{
    private const int FloatBytes = 4;
    private const int GuidedBatch = 2;

    /// <summary>Tensors of the widest layer that live at once: a block's input, its halves of a convolution, the skip and a copy.</summary>
    private const int LiveTensors = 6;

    // What Stable Diffusion 1 has, for exports without config.json.
    private const int UsualLatentSide = 64;
    private const int UsualHeads = 8;
    private static readonly int[] UsualUnetChannels = [320, 640, 1280, 1280];
    private static readonly int[] UsualVaeChannels = [128, 256, 512, 512];

    public static long Estimate(JsonFile? denoiser, JsonFile? vae)
    {
        var vaeChannels = vae?.Wholes("block_out_channels") is { Count: > 0 } channels ? channels : UsualVaeChannels;
        var latentSide = denoiser?.Whole("sample_size") ?? UsualLatentSide;
        var side = latentSide << (vaeChannels.Count - 1);
        return Math.Max(Decoder(side, vaeChannels[0]), Denoiser(denoiser, latentSide));
    }

    private static long Decoder(long side, long channels) => side * side * channels * FloatBytes * LiveTensors;

    private static long Denoiser(JsonFile? config, long latentSide)
    {
        var channels = config?.Wholes("block_out_channels") is { Count: > 0 } list ? list : UsualUnetChannels;
        var features = latentSide * latentSide * channels[0] * FloatBytes * LiveTensors;
        var attendingSide = latentSide / (config?.Whole("patch_size") ?? 1 << FirstAttention(config));
        var positions = attendingSide * attendingSide;
        // Self-attention compares every position with every other, for each head, before and after its softmax.
        var scores = 2 * Heads(config) * positions * positions * FloatBytes;
        return GuidedBatch * (features + scores);
    }

    /// <summary>Level of a UNet, from 0, whose positions attend to each other first; each level halves the sides.</summary>
    private static int FirstAttention(JsonFile? config)
    {
        var blocks = config?.Texts("down_block_types") ?? [];
        var level = blocks.TakeWhile(block => !block.Contains("Attn", StringComparison.Ordinal)).Count();
        return level < blocks.Count ? level : 0;
    }

    /// <summary>Diffusers calls the number of heads of a UNet attention_head_dim.</summary>
    private static long Heads(JsonFile? config)
    {
        string[] keys = ["num_attention_heads", "attention_head_dim"];
        return keys.SelectMany(key => config?.Wholes(key) ?? []).Append(UsualHeads).First();
    }
}
