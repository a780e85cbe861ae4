using System.CommandLine;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Cli.Generate;

/// <summary>What can be said about a picture on the command line. Values are judged by the cluster, which knows the model.</summary>
internal sealed class GenerateOptions
{
    public Argument<string> Prompt { get; } = new("prompt") { Description = "What to draw." };

    private Option<string?> Model { get; } = new("--model", "-m")
    {
        Description = "Model name; see `od models list`. Default: the first one.",
        HelpName = "NAME",
    };

    private Option<string?> Negative { get; } = new("--negative")
    {
        Description = "What to keep out of the picture.",
        HelpName = "PROMPT",
    };

    private Option<int?> Steps { get; } = new("--steps")
    {
        Description = "Denoising steps. Default: the model's.",
        HelpName = "N",
    };

    private Option<double?> Guidance { get; } = new("--guidance")
    {
        Description = "Classifier-free guidance scale; 1 for none. Default: the model's.",
        HelpName = "SCALE",
    };

    private Option<long?> Seed { get; } = new("--seed")
    {
        Description = "0..4294967295; the same seed gives the same picture. Default: chosen and printed.",
        HelpName = "N",
    };

    private Option<string?> Size { get; } = new("--size")
    {
        Description = "Pixels, such as 512x512. Default: the model's.",
        HelpName = "WxH",
    };

    private Option<int?> Count { get; } = new("--count", "-n")
    {
        Description = "Pictures; number k has seed + k. Default: 1.",
        HelpName = "N",
    };

    private Option<string?> Sampler { get; } = new("--sampler")
    {
        Description = "Noise schedule and solver; see `od models show NAME`. Default: the model's.",
        HelpName = "NAME",
    };

    private Option<string?> Format { get; } = new("--format")
    {
        Description = "png, jpeg or webp. Default: by the ending of -o, else png.",
        HelpName = "FORMAT",
    };

    private Option<int?> Quality { get; } = new("--quality")
    {
        Description = "1..100 for jpeg and webp. Default: 90.",
        HelpName = "PERCENT",
    };

    private Option<double?> Deadline { get; } = new("--deadline")
    {
        Description = "Seconds for which the picture is of use; refused when that cannot be done. Default: whenever it comes.",
        HelpName = "SECONDS",
    };

    public Option<string?> Output { get; } = new("--output", "-o")
    {
        Description = "File to write; with --count above 1, -1, -2... go before the ending.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Prompt);
        foreach (var option in (Option[])[Model, Negative, Steps, Guidance, Seed, Size, Count, Sampler, Format, Quality, Deadline, Output])
            command.Options.Add(option);
        Size.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !TryParseSize(token.Value, out _, out _))
                result.AddError($"--size: '{token.Value}' is not WIDTHxHEIGHT, such as 512x512.");
        });
    }

    public GenerationRequest Read(ParseResult parse)
    {
        int? width = null, height = null;
        if (parse.GetValue(Size) is { } size && TryParseSize(size, out var w, out var h)) (width, height) = (w, h);
        return new GenerationRequest
        {
            Model = parse.GetValue(Model),
            Prompt = parse.GetValue(Prompt),
            NegativePrompt = parse.GetValue(Negative),
            Steps = parse.GetValue(Steps),
            Guidance = parse.GetValue(Guidance),
            Seed = parse.GetValue(Seed),
            Width = width,
            Height = height,
            Count = parse.GetValue(Count),
            Sampler = parse.GetValue(Sampler),
            Format = parse.GetValue(Format) ?? FormatOf(parse.GetValue(Output)),
            QualityPercent = parse.GetValue(Quality),
            DeadlineSeconds = parse.GetValue(Deadline),
        };
    }

    internal static bool TryParseSize(string text, out int width, out int height)
    {
        (width, height) = (0, 0);
        var parts = text.ToLowerInvariant().Split('x');
        return parts.Length == 2 && int.TryParse(parts[0], out width) && int.TryParse(parts[1], out height);
    }

    private static string? FormatOf(string? file) => Path.GetExtension(file)?.ToLowerInvariant() switch
    {
        ".png" => "png",
        ".jpg" or ".jpeg" => "jpeg",
        ".webp" => "webp",
        _ => null,
    };
}
