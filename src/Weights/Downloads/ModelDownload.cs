namespace OrleansDiffusion.Weights;

/// <summary>
/// A model from an origin that lists nothing, into a folder of this machine. Small files come first, so that what is no
/// model is told before its weights are fetched; then graphs, which name the files with weights; then these. It can be cut
/// off at any moment and begun again: what is on the disk of the same version is not fetched twice.
/// </summary>
public sealed class ModelDownload
{
    private const string FilesFolder = "files";
    private const string JournalFile = "journal";

    private readonly IModelOrigin _origin;
    private readonly DownloadOptions _options;
    private readonly FileDownload _download;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private long _arrivedBytes;
    private long _totalBytes;

    /// <param name="origin">Where it is.</param>
    /// <param name="workFolder">For this download alone; kept until it is done.</param>
    /// <param name="options">Its limits.</param>
    public ModelDownload(IModelOrigin origin, string workFolder, DownloadOptions options)
    {
        (_origin, _options, Folder) = (origin, options, Path.Combine(workFolder, FilesFolder));
        Directory.CreateDirectory(Folder);
        _download = new FileDownload(origin, Folder, new DownloadJournal(JournalOf(workFolder)), bytes => Interlocked.Add(ref _arrivedBytes, bytes));
    }

    /// <summary>The model's files; not all of them before <see cref="FetchWeights"/> has ended.</summary>
    public string Folder { get; }

    public DownloadProgress Progress => new(Interlocked.Read(ref _arrivedBytes), Interlocked.Read(ref _totalBytes));

    internal static string JournalOf(string workFolder) => Path.Combine(workFolder, JournalFile);

    /// <summary>Configurations and tokenizers.</summary>
    /// <returns>What is wrong with what the origin has; empty if it is worth going on.</returns>
    /// <exception cref="WeightsException">The origin or the disk refuses.</exception>
    public async Task<IReadOnlyList<FolderProblem>> FetchOutline(CancellationToken cancellation)
    {
        if (await Fetch([WantedFiles.Index], cancellation) is { Count: > 0 } problems) return problems;
        var findings = new FolderFindings(Folder);
        if (findings.Json(ModelLayout.IndexFile) is not { } index) return findings.Problems;
        return await Fetch(WantedFiles.Outline(index), cancellation);
    }

    /// <summary>Graphs, and what they name; after <see cref="FetchOutline"/>. Then nothing is in the folder that the origin does not have.</summary>
    /// <returns>What is wrong with what the origin has; empty if the folder is complete.</returns>
    /// <exception cref="WeightsException">The origin or the disk refuses.</exception>
    public async Task<IReadOnlyList<FolderProblem>> FetchWeights(CancellationToken cancellation)
    {
        var index = new FolderFindings(Folder).Json(ModelLayout.IndexFile)!;
        var graphs = WantedFiles.Graphs(index);
        if (await Fetch(graphs, cancellation) is { Count: > 0 } problems) return problems;
        var weights = new List<WantedFile>();
        var unread = new List<FolderProblem>();
        foreach (var graph in graphs.Where(graph => _seen.Contains(graph.Path))) ReadPlaces(graph.Path, weights, unread);
        if (unread.Count > 0) return unread;
        if (weights.Count + _seen.Count > WantedFiles.CountMax)
            return [new FolderProblem(_origin.Name, $"It has {weights.Count + _seen.Count} files, more than {WantedFiles.CountMax}.")];
        if (await Fetch([.. weights.Where(file => !_seen.Contains(file.Path))], cancellation) is { Count: > 0 } missing) return missing;
        DropStrangers();
        return [];
    }

    private void ReadPlaces(string graph, List<WantedFile> weights, List<FolderProblem> problems)
    {
        try
        {
            using var stream = new BufferedStream(File.OpenRead(Path.Combine(Folder, graph)));
            weights.AddRange(WantedFiles.Weights(graph, stream));
        }
        catch (InvalidDataException broken)
        {
            problems.Add(new FolderProblem(graph, broken.Message));
        }
    }

    private async Task<IReadOnlyList<FolderProblem>> Fetch(IReadOnlyList<WantedFile> wanted, CancellationToken cancellation)
    {
        var described = new OriginFile?[wanted.Count];
        await Together(Enumerable.Range(0, wanted.Count), async (place, stop) =>
            described[place] = await _origin.Describe(wanted[place].Path, wanted[place].IsNeeded, stop), cancellation);
        var problems = wanted.Zip(described, Judge).OfType<FolderProblem>().ToList();
        if (problems.Count > 0) return problems;

        var there = wanted.Zip(described).Where(pair => pair.Second is not null).Select(pair => (pair.First.Path, File: pair.Second!)).ToList();
        Count(there);
        await Together(there, (file, stop) => _download.Run(file.Path, file.File, stop), cancellation);
        return [];
    }

    private FolderProblem? Judge(WantedFile wanted, OriginFile? file) => file switch
    {
        null when wanted == WantedFiles.Index =>
            new FolderProblem(
                wanted.Path, $"There is none below {_origin.Name}: that is no model in the Diffusers/Optimum ONNX layout, or not its top folder."),
        null when wanted.IsNeeded => new FolderProblem(wanted.Path, $"The file is missing below {_origin.Name}."),
        null => null,
        { Bytes: null } => new FolderProblem(wanted.Path, $"{_origin.Name} does not say how long it is."),
        { Bytes: { } bytes } when bytes > wanted.BytesMax => new FolderProblem(wanted.Path, $"It has {bytes} bytes, more than {wanted.BytesMax}."),
        _ => null,
    };

    /// <summary>What is here already counts as arrived, and for what is not the disk must have room.</summary>
    private void Count(List<(string Path, OriginFile File)> files)
    {
        foreach (var (path, file) in files)
        {
            _seen.Add(path);
            Interlocked.Add(ref _totalBytes, file.Bytes!.Value);
            Interlocked.Add(ref _arrivedBytes, _download.DoneBytes(path, file));
        }

        var missing = files.Sum(file => file.File.Bytes!.Value - _download.DoneBytes(file.Path, file.File));
        var free = _options.FreeBytes(Folder);
        if (missing <= free) return;
        throw new WeightsException(
            WeightsError.DiskFailed,
            $"{_origin.Name} needs {missing} bytes more in {Folder}, and {free} are free there. Nothing of them was fetched.");
    }

    /// <summary>Left from a version that had more files.</summary>
    private void DropStrangers()
    {
        foreach (var file in ModelLayout.FilesOf(Folder).Where(file => !_seen.Contains(file))) File.Delete(Path.Combine(Folder, file));
    }

    private Task Together<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> work, CancellationToken cancellation) => Parallel.ForEachAsync(
        items,
        new ParallelOptions { MaxDegreeOfParallelism = _options.FilesAtOnce, CancellationToken = cancellation },
        async (item, stop) => await work(item, stop));
}

/// <summary>The limits of a download.</summary>
public sealed record DownloadOptions
{
    /// <summary>Files that are asked for at a time. More is faster where each is slow, and takes 16 MiB of memory each. Default: 4.</summary>
    public int FilesAtOnce { get; init; } = 4;

    /// <summary>What the disk of a folder has free, in bytes.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder =>
        new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
}
