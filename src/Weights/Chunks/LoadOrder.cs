namespace OrleansDiffusion.Weights;

/// <summary>
/// The order in which a loader needs a model's files: configurations and the like first, of all components; then what has no
/// graph, then the components as a picture needs them.
/// </summary>
public static class LoadOrder
{
    public static IEnumerable<ChunkedFile> Of(ChunkManifest manifest) =>
        manifest.Contents.OrderBy(file => !IsText(file.Path)).ThenBy(file => Place(file.Path)).ThenBy(file => file.Path, StringComparer.Ordinal);

    public static IEnumerable<Chunk> ChunksOf(ChunkManifest manifest) => Of(manifest).SelectMany(manifest.ChunksOf);

    /// <summary>Small, and read before the first component is loaded.</summary>
    public static bool IsText(string path) => Path.GetExtension(path) is ".json" or ".txt";

    private static int Place(string path)
    {
        var component = path.Split('/')[0];
        for (var place = 0; place < ModelLayout.GraphComponents.Count; place++)
        {
            if (ModelLayout.GraphComponents[place] == component) return place;
        }

        return -1;
    }
}
