using System.Text.Json;
using OrleansDiffusion.Diffusion.Pipelines;

namespace OrleansDiffusion.Diffusion.Tests.Pipelines;

public sealed class ModelFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("od-model-").FullName;

    public ModelFolderTests()
    {
        Write("model_index.json", new { _class_name = "ORTStableDiffusionPipeline" });
        Write("scheduler/scheduler_config.json", new { _class_name = "DDIMScheduler" });
        Write("tokenizer/vocab.json", new Dictionary<string, int> { ["a</w>"] = 0, ["<|startoftext|>"] = 1, ["<|endoftext|>"] = 2 });
        Write("tokenizer/merges.txt", "");
        Write("tokenizer/tokenizer_config.json", new { model_max_length = 77 });
        foreach (var component in ModelFolder.RequiredGraphs) Write($"{component}/model.onnx", "");
        Write("text_encoder/config.json", new { max_position_embeddings = 32, vocab_size = 3 });
        Write("unet/config.json", """{"block_out_channels":[96,160],"sample_size":16,"time_cond_proj_dim":256}""");
        Write("vae_decoder/config.json", """{"block_out_channels":[48,96,96],"latent_channels":8,"scaling_factor":0.5,"shift_factor":0.1}""");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Everything_is_read_from_the_files()
    {
        var (config, problems) = ModelFolder.Read(_folder);
        Assert.Empty(problems);
        Assert.Equal((4, 8, 0.5f, 0.1f), (config!.VaeFactor, config.LatentChannels, config.LatentScale, config.LatentShift));
        Assert.Equal((8, 64, 256, 32), (config.SizeMultiple, config.DefaultSize, config.GuidanceEmbeddingLength, config.TextPositionsMax));
        Assert.Equal("DDIMScheduler", config.Scheduler.ClassName);
        Assert.Equal(Path.Combine(_folder, "unet", "model.onnx"), config.GraphPath("unet"));
    }

    [Fact]
    public void Old_exports_without_configurations_are_Stable_Diffusion()
    {
        foreach (var component in ModelFolder.RequiredGraphs) File.Delete(Path.Combine(_folder, component, "config.json"));
        var (config, problems) = ModelFolder.Read(_folder);
        Assert.Empty(problems);
        Assert.Equal((8, 4, 0.18215f, 64, 512), (config!.VaeFactor, config.LatentChannels, config.LatentScale, config.SizeMultiple, config.DefaultSize));
        Assert.Null(config.GuidanceEmbeddingLength);
    }

    [Fact]
    public void A_trained_size_may_be_height_and_width()
    {
        Write("unet/config.json", """{"sample_size":[12,20]}""");
        Assert.Equal(48, ModelFolder.Read(_folder).Config!.DefaultSize);
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_a_problem_of_their_file()
    {
        byte[] notUtf8 = [.. "{\"_class_name\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        File.WriteAllBytes(Path.Combine(_folder, "model_index.json"), notUtf8);
        var (config, problems) = ModelFolder.Read(_folder);
        Assert.Null(config);
        Assert.All(problems, problem => Assert.StartsWith("model_index.json", problem.Where, StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Message.Contains("UTF-8", StringComparison.Ordinal));
    }

    [Fact]
    public void All_problems_are_told_at_once_each_with_its_place()
    {
        File.Delete(Path.Combine(_folder, "unet", "model.onnx"));
        File.Delete(Path.Combine(_folder, "tokenizer", "merges.txt"));
        Write("model_index.json", new { _class_name = "FluxPipeline" });
        Write("scheduler/scheduler_config.json", new { _class_name = "DDIMScheduler", beta_schedule = "steep" });
        Write("unet/config.json", new { block_out_channels = 5, sample_size = "large", time_cond_proj_dim = -1 });
        Write("vae_decoder/config.json", new { scaling_factor = 0 });
        Write("text_encoder/config.json", "[1");
        string[] places =
        [
            "unet/model.onnx", "tokenizer/merges.txt", "model_index.json: _class_name", "scheduler/scheduler_config.json", "unet/config.json: block_out_channels",
            "unet/config.json: sample_size", "unet/config.json: time_cond_proj_dim", "vae_decoder/config.json: scaling_factor", "text_encoder/config.json",
        ];
        var (config, problems) = ModelFolder.Read(_folder);
        Assert.Null(config);
        Assert.Equal(places.Order(), problems.Select(problem => problem.Where).Order());
        Assert.All(problems, problem => Assert.NotEmpty(problem.Message));
    }

    [Fact]
    public void A_tokenizer_of_another_model_is_noticed()
    {
        Write("text_encoder/config.json", new { vocab_size = 2 });
        Assert.Equal("tokenizer/vocab.json", Assert.Single(ModelFolder.Read(_folder).Problems).Where);
    }

    [Fact]
    public void A_broken_tokenizer_is_noticed()
    {
        Write("tokenizer/vocab.json", "{");
        Assert.Equal("tokenizer", Assert.Single(ModelFolder.Read(_folder).Problems).Where);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_one_problem() =>
        Assert.Single(ModelFolder.Read(Path.Combine(_folder, "nowhere")).Problems);

    private void Write(string file, object content)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content as string ?? JsonSerializer.Serialize(content));
    }
}
