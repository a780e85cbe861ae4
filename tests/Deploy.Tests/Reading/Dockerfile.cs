using System.Text.Json;

namespace OrleansDiffusion.Deploy.Tests.Reading;

/// <summary>The Dockerfile by stages; a stage has what its parent has.</summary>
internal sealed class Dockerfile
{
    public const string File = "deploy/docker/Dockerfile";

    private readonly Dictionary<string, (string From, List<string> Lines)> _stages = [];

    public Dockerfile()
    {
        var text = Checkout.Text(File).Replace("\\\n", " ", StringComparison.Ordinal);
        var current = new List<string>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["FROM", var from, "AS", var name]) _stages[name] = (from, current = []);
            else current.Add(line);
        }
    }

    /// <summary>What is built with --target.</summary>
    public static string[] Targets { get; } = ["silo", "silo-cuda", "api"];

    public IEnumerable<string> BaseImages => _stages.Values.Select(stage => stage.From).Where(from => !_stages.ContainsKey(from));

    /// <summary>Of the build's context, which is the repository.</summary>
    public IEnumerable<string> Sources =>
        from line in _stages.Values.SelectMany(stage => stage.Lines)
        where line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal)
        from word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1]
        where !word.StartsWith("--", StringComparison.Ordinal)
        select word.TrimEnd('/');

    /// <summary>Every line of an instruction, parents first.</summary>
    public IEnumerable<string> Lines(string stage, string instruction)
    {
        if (!_stages.TryGetValue(stage, out var found)) return [];
        var start = instruction + " ";
        var own = found.Lines.Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => line[start.Length..]);
        return Lines(found.From, instruction).Concat(own);
    }

    public IEnumerable<string> Variables(string stage) => Lines(stage, "ENV").SelectMany(line => line.Split(' ')).Select(pair => pair.Split('=')[0]);

    public string[] Arguments(string stage) => JsonSerializer.Deserialize<string[]>(Lines(stage, "CMD").Last())!;
}
