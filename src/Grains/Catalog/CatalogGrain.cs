using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Runtime;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>
/// The registered models. What is stored counts; pools are told afterwards, and read the catalog themselves. The engine must
/// not move it: what is being fetched is fetched on its silo.
/// </summary>
[KeepAlive, Immovable]
internal sealed partial class CatalogGrain(
    IModelStore store, IModelInspector inspector, TimeProvider time, ILogger<CatalogGrain> logger) : Grain, ICatalogGrain, IDisposable
{
    private readonly SortedDictionary<string, ModelEntry> _models = new(StringComparer.Ordinal);
    private readonly ModelAdditions _additions = new(time);

    /// <summary>Additions end beside the requests: one change of the catalog at a time.</summary>
    private readonly SemaphoreSlim _changes = new(1);

    public override async Task OnActivateAsync(CancellationToken cancellation)
    {
        foreach (var model in await StoreRefusals.Told(() => store.List(cancellation))) _models[model.Name] = model;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellation)
    {
        _additions.CancelAll();
        await _additions.WhenIdle.WaitAsync(cancellation);
    }

    public Task<IReadOnlyList<ModelEntry>> List() => Task.FromResult<IReadOnlyList<ModelEntry>>(_models.Values.ToArray());

    public Task<ModelEntry?> Find(string name) => Task.FromResult(_models.GetValueOrDefault(name));

    public async Task<AddModelAnswer> Add(string folder, string? name, PoolPolicy? policy)
    {
        var found = await inspector.Inspect(folder, CancellationToken.None);
        return await Register(found, name ?? ModelName.Suggest(Path.GetFileName(found.Folder.TrimEnd('/'))), url: null, policy);
    }

    public Task<BeginAdditionAnswer> BeginAddition(string url, string? name, PoolPolicy? policy)
    {
        if (ModelAddress.ProblemOf(url) is { } problem) return Task.FromResult(NoAddition([new FieldProblem("url", problem)]));
        var from = ModelAddress.Read(url).AbsoluteUri;
        var chosen = name ?? ModelAddress.SuggestName(from);
        FieldProblem[] problems = [.. NameProblems(chosen), .. PoolPolicyRules.Check(policy ?? new PoolPolicy())];
        return Task.FromResult(problems.Length > 0
            ? NoAddition(problems)
            : _additions.Begin(from, chosen!, (progress, stop) => Bring(from, chosen!, policy, progress, stop)));
    }

    public void Dispose() => _changes.Dispose();

    public Task<IReadOnlyList<ModelAddition>> ListAdditions() => Task.FromResult(_additions.List());

    public Task<bool> CancelAddition(string id) => Task.FromResult(_additions.Cancel(id));

    public async Task<bool> Remove(string name)
    {
        using var alone = await Alone();
        if (!_models.ContainsKey(name)) return false;
        await store.Remove(name, CancellationToken.None);
        _models.Remove(name);
        Log.Removed(logger, name);
        await Pool(name).Close();
        return true;
    }

    public async Task<Refusal?> SetPolicy(string name, PoolPolicy policy)
    {
        using var alone = await Alone();
        if (!_models.TryGetValue(name, out var model)) return new(ErrorCode.ModelNotFound, $"There is no model \"{name}\".");
        if (PoolPolicyRules.Check(policy) is { Count: > 0 } problems) return Refusal.Invalid(problems);
        await Put(model with { Policy = policy });
        return null;
    }

    private async Task<AddModelAnswer> Bring(
        string url, string name, PoolPolicy? policy, IProgress<ModelFetchProgress> progress, CancellationToken cancellation)
    {
        var found = await inspector.Fetch(url, progress, cancellation);
        if (found.Refused is { } refused) return new AddModelAnswer(null, refused, found.Warnings.ToArray());
        return await Register(found, name, url, policy);
    }

    private async Task<AddModelAnswer> Register(ModelInspection found, string? chosen, string? url, PoolPolicy? policy)
    {
        FieldProblem[] problems = [.. found.Problems, .. NameProblems(chosen), .. PoolPolicyRules.Check(policy ?? new PoolPolicy())];
        if (problems.Length > 0 || found is not { Facts: { } facts, Version: { } version }) return No(problems, found.Warnings);

        using var alone = await Alone();
        var known = _models.GetValueOrDefault(chosen!);
        var model = new ModelEntry
        {
            Name = chosen!,
            Version = version,
            Folder = found.Folder,
            Url = url,
            FileBytes = found.FileBytes,
            MemoryBytes = found.MemoryBytes,
            Measured = known?.Version == version ? known.Measured : null,
            Facts = facts,
            Policy = policy ?? known?.Policy ?? new PoolPolicy(),
            AddedAt = known?.AddedAt ?? time.GetUtcNow(),
        };
        await Put(model);
        Log.Added(logger, model.Name, model.Version, model.FileBytes);
        return new AddModelAnswer(model, null, found.Warnings.ToArray());
    }

    public async Task NoteMeasured(string version, MeasuredMemory measured)
    {
        using var alone = await Alone();
        foreach (var model in _models.Values.Where(model => model.Version == version).ToList())
        {
            if (model.Measured is { } known && known.Provider == measured.Provider && known.Bytes >= measured.Bytes) continue;
            await Put(model with { Measured = measured });
            Log.Measured(logger, model.Name, version, measured.Bytes, measured.Provider, model.MemoryBytes);
        }
    }

    private async Task Put(ModelEntry model)
    {
        await store.Put(model, CancellationToken.None);
        _models[model.Name] = model;
        await Pool(model.Name).SetPolicy(model.Policy);
    }

    private async Task<Turn> Alone()
    {
        await _changes.WaitAsync();
        return new Turn(_changes);
    }

    private ISchedulerGrain Pool(string name) => GrainFactory.GetGrain<ISchedulerGrain>(name);

    private static IEnumerable<FieldProblem> NameProblems(string? name) =>
        ModelName.IsValid(name) ? [] : [new FieldProblem("name", ModelName.Rule)];

    private static BeginAdditionAnswer NoAddition(IReadOnlyList<FieldProblem> problems) => new(null, Refusal.Invalid(problems));

    private static AddModelAnswer No(IReadOnlyList<FieldProblem> problems, IReadOnlyList<string> warnings)
    {
        var message = string.Join(" ", problems.Select(problem => $"{problem.Field}: {problem.Message}"));
        return new(null, new Refusal(ErrorCode.ModelInvalid, message) { Problems = problems }, warnings.ToArray());
    }

    private sealed class Turn(SemaphoreSlim changes) : IDisposable
    {
        public void Dispose() => changes.Release();
    }

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Information, "Model {Name} is registered as version {Version}, {Bytes} bytes")]
        public static partial void Added(ILogger logger, string name, string version, long bytes);

        [LoggerMessage(
            5003, LogLevel.Information,
            "Model {Name}, version {Version}, was measured to need {Bytes} bytes on a {Provider} device; {EstimatedBytes} were estimated")]
        public static partial void Measured(ILogger logger, string name, string version, long bytes, string provider, long estimatedBytes);

        [LoggerMessage(5002, LogLevel.Information, "Model {Name} is no longer registered")]
        public static partial void Removed(ILogger logger, string name);
    }
}
