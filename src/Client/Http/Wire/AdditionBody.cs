using System.Text.Json.Serialization;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>A model that is being fetched from an address, or how that ended.</summary>
public sealed record AdditionBody
{
    /// <summary>The same for the same address and name.</summary>
    public required string Id { get; init; }

    public required string Url { get; init; }

    /// <summary>What the model will be called.</summary>
    public required string Name { get; init; }

    public required AdditionState State { get; init; }

    /// <summary>Of its files, what has arrived.</summary>
    public required long ArrivedBytes { get; init; }

    /// <summary>Of the files that are known so far: graphs name further ones when they have arrived.</summary>
    public required long TotalBytes { get; init; }

    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>As it was registered; only when it was added.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelBody? Model { get; init; }

    /// <summary>What works but should be known.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why not; only when it failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AdditionErrorBody? Error { get; init; }

    public static AdditionBody From(ModelAddition addition) => new()
    {
        Id = addition.Id,
        Url = addition.Url,
        Name = addition.Name,
        State = addition.State,
        ArrivedBytes = addition.ArrivedBytes,
        TotalBytes = addition.TotalBytes,
        BeganAt = addition.BeganAt,
        Model = addition.Answer?.Added is { } added ? ModelBody.From(added, showFolder: true) : null,
        Warnings = addition.Answer?.Warnings ?? [],
        Error = addition.Answer?.Refused is { } refused
            ? new AdditionErrorBody(ErrorTable.Of(refused.Code).WireName, refused.Message, refused.Problems)
            : null,
    };

    public ModelAddition ToAddition() => new(Id, Url, Name, State, ArrivedBytes, TotalBytes, BeganAt)
    {
        Answer = Model is null && Error is null ? null : new AddModelAnswer(Model?.ToEntry(), Error?.ToRefusal(), Warnings),
    };
}

/// <param name="Code">For programs, such as origin_failed.</param>
/// <param name="Detail">What was wrong.</param>
/// <param name="Errors">Everything that is wrong with the model, file by file.</param>
public sealed record AdditionErrorBody(string Code, string Detail, IReadOnlyList<FieldProblem> Errors)
{
    public Refusal ToRefusal() => new(ErrorNames.Parse(Code), Detail) { Problems = Errors };
}

/// <param name="Additions">The newest first.</param>
public sealed record AdditionListBody(IReadOnlyList<AdditionBody> Additions);
