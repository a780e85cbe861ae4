namespace OrleansDiffusion.Weights.Tests;

public sealed class MemoryEstimateTests : IDisposable
{
    private const long Megabyte = 1 << 20;

    private readonly EmojiFolder _folder = new();

    [Fact]
    public void Half_precision_weights_count_double_on_the_processor()
    {
        var memory = _folder.Check().Memory;

        // 6.9 million weights: 23.8 MB as fp32; a few small ones are stored as fp32 anyway.
        Assert.InRange(memory.CpuWeightBytes, 23 * 1_000_000, 25 * 1_000_000);
        Assert.InRange(memory.GpuWeightBytes, 11 * 1_000_000, 13 * 1_000_000);
        Assert.Equal(memory.CpuWeightBytes + memory.WorkingBytes + 64 * Megabyte, memory.CpuBytes);
        Assert.Equal(memory.GpuWeightBytes + memory.WorkingBytes + 64 * Megabyte, memory.GpuBytes);
    }

    [Fact]
    public void Working_memory_follows_from_the_shapes_in_the_configuration()
    {
        // Two samples of 64x64 positions, 320 channels, 6 tensors; scores of 8 heads, before and after the softmax.
        WriteUnet(sampleSize: 64, "CrossAttnDownBlock2D");
        Assert.Equal(2L * (64 * 64 * 320 * 4 * 6 + 2L * 8 * 4096 * 4096 * 4), _folder.Check().Memory.WorkingBytes);

        // Attention only from the second level on: a quarter of the positions, a sixteenth of the scores.
        WriteUnet(sampleSize: 64, "DownBlock2D", "CrossAttnDownBlock2D");
        Assert.Equal(2L * (64 * 64 * 320 * 4 * 6 + 2L * 8 * 1024 * 1024 * 4), _folder.Check().Memory.WorkingBytes);
    }

    [Fact]
    public void A_large_decoder_outweighs_a_small_denoiser()
    {
        _folder.Edit("vae_decoder/config.json", json => json["block_out_channels"] = new System.Text.Json.Nodes.JsonArray(512, 512, 512, 512, 512, 512));

        Assert.Equal(512L * 512 * 512 * 4 * 6, _folder.Check().Memory.WorkingBytes);
    }

    public void Dispose() => _folder.Dispose();

    private void WriteUnet(int sampleSize, params string[] blocks) => _folder.Edit("unet/config.json", json =>
    {
        json["sample_size"] = sampleSize;
        json["attention_head_dim"] = 8;
        json["block_out_channels"] = new System.Text.Json.Nodes.JsonArray(320, 640);
        json["down_block_types"] = new System.Text.Json.Nodes.JsonArray([.. blocks.Select(block => System.Text.Json.Nodes.JsonValue.Create(block))]);
    });
}
