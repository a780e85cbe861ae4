using System.Text.Json.Nodes;

namespace OrleansDiffusion.Deploy.Tests.Reading;

/// <summary>The part of kustomize that deploy/ uses: resources, patches by path, images. Whatever else a file says is refused.</summary>
internal sealed class Kustomization
{
    private static readonly string[] KnownFields =
        ["apiVersion", "kind", "namespace", "resources", "patches", "images", "configMapGenerator"];

    private readonly string _folder;
    private readonly JsonNode _file;

    public Kustomization(string folder)
    {
        _folder = folder;
        _file = Yaml.Document($"{folder}/kustomization.yaml");
        Assert.Empty(((JsonObject)_file).Select(field => field.Key).Except(KnownFields));
    }

    public static IEnumerable<string> Folders =>
        from file in Checkout.DeployFiles
        where file.EndsWith("/kustomization.yaml", StringComparison.Ordinal)
        select Path.GetDirectoryName(file)!.Replace('\\', '/');

    /// <summary>Paths of everything that it names, files and folders.</summary>
    public IEnumerable<string> Named =>
        _file.Texts("resources")
            .Concat(_file.Items("patches").Select(patch => patch.Text("path")!))
            .Concat(_file.Items("configMapGenerator").SelectMany(map => map.Texts("files")))
            .Select(PathOf);

    public IEnumerable<(string Name, string NewName, string NewTag)> Images =>
        _file.Items("images").Select(image => (image.Text("name")!, image.Text("newName")!, image.Text("newTag")!));

    /// <summary>What kubectl would apply.</summary>
    public IReadOnlyList<Manifest> Render()
    {
        var manifests = _file.Texts("resources").Select(PathOf)
            .SelectMany(path => Directory.Exists(Path.Combine(Checkout.Root, path))
                ? new Kustomization(path).Render()
                : Yaml.Documents(path).Select(document => new Manifest(path, (JsonObject)document)))
            .ToList();
        foreach (var patch in _file.Items("patches")) Apply(patch, manifests);
        foreach (var container in manifests.SelectMany(manifest => manifest.Containers)) Rename(container.Body);
        return manifests;
    }

    private string PathOf(string name) =>
        Path.GetRelativePath(Checkout.Root, Path.Combine(Checkout.Root, _folder, name)).Replace('\\', '/');

    private void Apply(JsonNode patch, List<Manifest> manifests)
    {
        var change = Yaml.Document($"{_folder}/{patch.Text("path")}");
        var isMerge = change is JsonObject;
        var (kind, name) = isMerge ? (change.Text("kind"), change.Text("metadata/name")) : (patch.Text("target/kind"), patch.Text("target/name"));
        var target = Assert.Single(manifests, manifest => manifest.Kind == kind && manifest.Name == name).Body;
        if (isMerge) Merge(target, (JsonObject)change);
        else foreach (var step in (JsonArray)change) Append(target, step!);
    }

    /// <summary>Maps by key, lists of named things by name, other lists as a whole.</summary>
    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (key, value) in from)
        {
            if (into[key] is JsonObject map && value is JsonObject changes) Merge(map, changes);
            else if (into[key] is JsonArray list && value is JsonArray items && items.All(HasName)) MergeByName(list, items);
            else into[key] = value?.DeepClone();
        }
    }

    private static bool HasName(JsonNode? item) => item.At("name") is not null;

    private static void MergeByName(JsonArray into, JsonArray from)
    {
        foreach (var item in from)
            Merge((JsonObject)Assert.Single(into, known => known.Text("name") == item.Text("name"))!, (JsonObject)item!);
    }

    /// <summary>A step of a JSON patch that adds to the end of a list: no other is used.</summary>
    private static void Append(JsonNode target, JsonNode step)
    {
        Assert.Equal("add", step.Text("op"));
        var parts = step.Text("path")!.Split('/')[1..];
        Assert.Equal("-", parts[^1]);
        var list = parts[..^1].Aggregate(target, (node, part) => node is JsonArray items ? items[int.Parse(part)]! : node[part]!);
        ((JsonArray)list).Add(step.At("value")!.DeepClone());
    }

    private void Rename(JsonNode container)
    {
        var name = container.Text("image")!.Split(':')[0];
        foreach (var image in Images.Where(image => image.Name == name)) container["image"] = $"{image.NewName}:{image.NewTag}";
    }
}
