using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Grains;

/// <summary>The registered models. What is stored counts; pools are told afterwards, and read the catalog themselves.</summary>
internal sealed partial class CatalogGrain(
    IModelStore store, IModelInspector inspector, TimeProvider time, ILogger<CatalogGrain> logger) : Grain, ICatalogGrain
{
    private readonly SortedDictionary<string, ModelEntry> _models = new(StringComparer.Ordinal);

    public override async Task OnActivateAsync(CancellationToken cancellation)
    {
        foreach (var model in await StoreRefusals.Told(() => store.List(cancellation))) _models[model.Name] = model;
    }

    public Task<IReadOnlyList<ModelEntry>> List() => Task.FromResult<IReadOnlyList<ModelEntry>>(_models.Values.ToArray());

    public Task<ModelEntry?> Find(string name) => Task.FromResult(_models.GetValueOrDefault(name));

    public async Task<AddModelAnswer> Add(string folder, string? name, PoolPolicy? policy)
    {
        var found = await inspector.Inspect(folder, CancellationToken.None);
        var chosen = name ?? ModelName.Suggest(Path.GetFileName(found.Folder.TrimEnd('/')));
        FieldProblem[] problems = [.. found.Problems, .. NameProblems(chosen), .. PoolPolicyRules.Check(policy ?? new PoolPolicy())];
        if (problems.Length > 0 || found is not { Facts: { } facts, Version: { } version }) return No(problems, found.Warnings);

        var known = _models.GetValueOrDefault(chosen!);
        var model = new ModelEntry
        {
            Name = chosen!,
            Version = version,
            Folder = found.Folder,
            FileBytes = found.FileBytes,
            MemoryBytes = found.MemoryBytes,
            Facts = facts,
            Policy = policy ?? known?.Policy ?? new PoolPolicy(),
            AddedAt = known?.AddedAt ?? time.GetUtcNow(),
        };
        await Put(model);
        Log.Added(logger, model.Name, model.Version, model.FileBytes);
        return new AddModelAnswer(model, null, found.Warnings.ToArray());
    }

    public async Task<bool> Remove(string name)
    {
        if (!_models.ContainsKey(name)) return false;
        await store.Remove(name, CancellationToken.None);
        _models.Remove(name);
        Log.Removed(logger, name);
        await Pool(name).Close();
        return true;
    }

    public async Task<Refusal?> SetPolicy(string name, PoolPolicy policy)
    {
        if (!_models.TryGetValue(name, out var model)) return new(ErrorCode.ModelNotFound, $"There is no model \"{name}\".");
        if (PoolPolicyRules.Check(policy) is { Count: > 0 } problems) return Refusal.Invalid(problems);
        await Put(model with { Policy = policy });
        return null;
    }

    private async Task Put(ModelEntry model)
    {
        await store.Put(model, CancellationToken.None);
        _models[model.Name] = model;
        await Pool(model.Name).SetPolicy(model.Policy);
    }

    private ISchedulerGrain Pool(string name) => GrainFactory.GetGrain<ISchedulerGrain>(name);

    private static IEnumerable<FieldProblem> NameProblems(string? name) =>
        ModelName.IsValid(name) ? [] : [new FieldProblem("name", ModelName.Rule)];

    private static AddModelAnswer No(IReadOnlyList<FieldProblem> problems, IReadOnlyList<string> warnings)
    {
        var message = string.Join(" ", problems.Select(problem => $"{problem.Field}: {problem.Message}"));
        return new(null, new Refusal(ErrorCode.ModelInvalid, message) { Problems = problems }, warnings.ToArray());
    }

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Information, "Model {Name} is registered as version {Version}, {Bytes} bytes")]
        public static partial void Added(ILogger logger, string name, string version, long bytes);

        [LoggerMessage(5002, LogLevel.Information, "Model {Name} is no longer registered")]
        public static partial void Removed(ILogger logger, string name);
    }
}
