using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Weights.Tests;

public sealed class ModelFolderTests : IDisposable
{
    private readonly EmojiFolder _folder = new();

    [Fact]
    public void The_demo_model_is_sound()
    {
        var report = _folder.Check();

        Assert.Empty(report.Problems);
        Assert.Empty(report.Warnings);
        Assert.True(report.IsSound);
        Assert.Equal("OnnxStableDiffusionPipeline", report.PipelineClass);
        Assert.Equal("sd", report.Family?.Name);
        Assert.Equal(["text_encoder", "vae_encoder", "unet", "vae_decoder"], report.Components.Select(component => component.Component));
        Assert.Equal(ModelLayout.FilesOf(_folder.Path).Sum(file => new FileInfo(_folder.At(file)).Length), report.TotalBytes);
    }

    [Theory]
    [InlineData("model_index.json")]
    [InlineData("scheduler/scheduler_config.json")]
    [InlineData("tokenizer/vocab.json")]
    [InlineData("tokenizer/merges.txt")]
    [InlineData("text_encoder/model.onnx")]
    [InlineData("unet/model.onnx")]
    [InlineData("vae_decoder/model.onnx")]
    public void A_missing_file_is_named(string file)
    {
        _folder.Delete(file);

        Assert.Contains(_folder.Problems(), problem => problem.StartsWith($"{file} | The file is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_one_problem()
    {
        var report = ModelFolder.Check(Path.Combine(_folder.Path, "nowhere"));

        Assert.Equal("There is no such folder.", Assert.Single(report.Problems).Message);
        Assert.Equal(0, report.TotalBytes);
    }

    [Fact]
    public void An_empty_folder_misses_what_every_model_has()
    {
        var empty = Directory.CreateDirectory(_folder.At("empty")).FullName;

        Assert.Equal(["model_index.json", "scheduler/scheduler_config.json"], ModelFolder.Check(empty).Problems.Select(problem => problem.Field));
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        _folder.Delete("tokenizer/merges.txt");
        _folder.Write("unet/model.onnx", _folder.Read("unet/model.onnx")[..1000]);
        _folder.Write("vae_decoder/config.json", "{ \"scaling_factor\": ");
        _folder.Edit("scheduler/scheduler_config.json", json => json["_class_name"] = "MagicScheduler");
        _folder.Edit("text_encoder/config.json", json => json["vocab_size"] = 49408);

        Assert.Equal(
            [
                "scheduler/scheduler_config.json: _class_name",
                "tokenizer/merges.txt",
                "tokenizer/vocab.json",
                "unet/model.onnx",
                "vae_decoder/config.json",
            ],
            _folder.Check().Problems.Select(problem => problem.Field).Order());
    }

    [Theory]
    [InlineData("model_index.json")]
    [InlineData("generation_config.json")]
    [InlineData("scheduler/scheduler_config.json")]
    [InlineData("tokenizer/vocab.json")]
    [InlineData("tokenizer/tokenizer_config.json")]
    [InlineData("tokenizer/special_tokens_map.json")]
    [InlineData("text_encoder/config.json")]
    [InlineData("unet/config.json")]
    public void A_file_that_is_no_json_object_is_named_once(string file)
    {
        _folder.Write(file, "{ broken");
        Assert.StartsWith($"{file} | It cannot be read as JSON: ", Assert.Single(_folder.Problems()));

        _folder.Write(file, "[1, 2]");
        Assert.Equal($"{file} | It holds a JSON array where an object belongs.", Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void A_file_in_another_encoding_is_named()
    {
        _folder.Write("tokenizer/vocab.json", [.. "{\""u8, 0xE7, .. "\": 0}"u8]);

        Assert.Equal("tokenizer/vocab.json | It cannot be read as JSON: It is not UTF-8 text.", Assert.Single(_folder.Problems()));
    }

    [Theory]
    [InlineData("WuerstchenPipeline")]
    [InlineData("StableDiffusionUpscalePipeline")]
    [InlineData("")]
    public void A_pipeline_of_another_kind_is_refused_by_its_class(string name)
    {
        _folder.Edit("model_index.json", json => json["_class_name"] = name);

        Assert.Equal($"model_index.json: _class_name | Pipelines of the class '{name}' are not supported.", Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void An_index_without_a_class_is_refused()
    {
        _folder.Edit("model_index.json", json => json.Remove("_class_name"));

        Assert.Equal("model_index.json: _class_name | It must name the pipeline's class.", Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void An_unknown_noise_schedule_is_named()
    {
        _folder.Edit("scheduler/scheduler_config.json", json => json["_class_name"] = "MagicScheduler");

        Assert.Equal(
            "scheduler/scheduler_config.json: _class_name | The noise schedule 'MagicScheduler' is unknown.", Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void Parts_of_two_models_are_noticed_by_their_widths()
    {
        _folder.Edit("unet/config.json", json => json["cross_attention_dim"] = 768);

        Assert.Equal(
            "unet/config.json: cross_attention_dim | It is 768, but text_encoder gives vectors of 128 (hidden_size): they belong to different models.",
            Assert.Single(_folder.Problems()));
    }

    [Fact]
    public void A_model_without_the_way_back_from_pictures_is_sound_with_a_warning()
    {
        Directory.Delete(_folder.At("vae_encoder"), recursive: true);

        var report = _folder.Check();

        Assert.True(report.IsSound);
        Assert.Equal("vae_encoder", Assert.Single(report.Warnings).Field);
    }

    [Fact]
    public void A_component_that_the_index_leaves_out_is_not_missed()
    {
        _folder.Delete("text_encoder/model.onnx");
        _folder.Edit("model_index.json", json => json["text_encoder"] = new JsonArray(null, null));

        Assert.Empty(_folder.Problems());
    }

    [Fact]
    public void Half_precision_is_warned_of_and_twice_where_it_makes_black_pictures()
    {
        var half = OnnxFile.Model(OnnxFile.Graph(
            [OnnxFile.Node("Identity", ["latent_sample"], ["sample"])],
            [OnnxFile.Value("latent_sample", OnnxFile.Float16, "n")],
            [OnnxFile.Value("sample", OnnxFile.Float16, "n")]));
        _folder.Write("vae_decoder/model.onnx", half);
        Assert.Equal("vae_decoder/model.onnx", Assert.Single(_folder.Check().Warnings).Field);

        _folder.Edit("vae_decoder/config.json", json => json["force_upcast"] = true);
        Assert.Contains("black pictures", _folder.Check().Warnings[1].Message);
    }

    [Fact]
    public void No_damage_to_a_file_makes_the_check_fail_itself() =>
        Prop.ForAll(
            (from file in Gen.Elements(ModelLayout.FilesOf(_folder.Path).Where(file => !file.StartsWith("unet/model", StringComparison.Ordinal)))
             from position in Gen.Choose(0, 5000)
             from value in Gen.Choose(0, 255)
             select (file, position, value)).ToArbitrary(),
            damage =>
            {
                var (file, position, value) = damage;
                var sound = _folder.Read(file);
                var damaged = (byte[])sound.Clone();
                damaged[position % damaged.Length] = (byte)value;
                _folder.Write(file, damaged);
                try
                {
                    return _folder.Check().Problems.All(problem => problem.Message.Length > 0);
                }
                finally
                {
                    _folder.Write(file, sound);
                }
            }).QuickCheckThrowOnFailure();

    public void Dispose() => _folder.Dispose();
}
