using System.Text.Json.Nodes;

namespace OrleansDiffusion.Weights.Tests;

/// <summary>A copy of models/emoji that a test may break. Gone with the test.</summary>
internal sealed class EmojiFolder : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("od-test-");

    public EmojiFolder()
    {
        foreach (var file in Directory.EnumerateFiles(Original, "*", SearchOption.AllDirectories))
        {
            var copy = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(Original, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public static string Original { get; } = FindOriginal();

    public string Path => _directory.FullName;

    public ModelReport Check() => ModelFolder.Check(Path);

    /// <summary>The problems as text: `field | message`.</summary>
    public IReadOnlyList<string> Problems() => [.. Check().Problems.Select(problem => $"{problem.Field} | {problem.Message}")];

    public string At(string file) => System.IO.Path.Combine(Path, file);

    public void Delete(string file) => File.Delete(At(file));

    public void Write(string file, string text) => File.WriteAllText(At(file), text);

    public void Write(string file, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(file))!);
        File.WriteAllBytes(At(file), bytes);
    }

    public byte[] Read(string file) => File.ReadAllBytes(At(file));

    /// <summary>Changes a configuration file.</summary>
    public void Edit(string file, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(At(file)))!.AsObject();
        change(json);
        File.WriteAllText(At(file), json.ToJsonString());
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static string FindOriginal()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(System.IO.Path.Combine(folder.FullName, "models", "emoji"))) folder = folder.Parent;
        return System.IO.Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("models/emoji"), "models", "emoji");
    }
}
