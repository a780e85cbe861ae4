using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

/// <summary>A request on its way in.</summary>
/// <param name="TenantId">Whose job it is.</param>
/// <param name="Request">What is asked for.</param>
/// <param name="SeedIfNone">The seed to use when the request names none; drawn by the client, so that a repeat draws the same.</param>
[GenerateSerializer]
public sealed record JobSubmission(
    [property: Id(0)] string TenantId, [property: Id(1)] GenerationRequest Request, [property: Id(2)] long SeedIfNone);

/// <summary>Either the job (new, or the one that an equal submission made before) or the refusal.</summary>
[GenerateSerializer]
public sealed record SubmitAnswer([property: Id(0)] JobView? Accepted, [property: Id(1)] Refusal? Refused, [property: Id(2)] bool IsRepeat = false);

/// <summary>What is stored of a job, and where it stands this moment.</summary>
[GenerateSerializer]
public sealed record JobView([property: Id(0)] JobRecord Record, [property: Id(1)] JobProgress Progress);

/// <summary>The right to run a job, for as long as no later epoch exists.</summary>
[GenerateSerializer]
public sealed record JobLease(
    [property: Id(0)] string JobId, [property: Id(1)] long Epoch, [property: Id(2)] GenerationSpec Spec, [property: Id(3)] JobCheckpoint? Checkpoint);

/// <summary>Enough to go on with a job anywhere: pictures already stored, and the state of the one in work.</summary>
/// <param name="ImageIndex">0-based picture that <paramref name="State"/> belongs to.</param>
/// <param name="StepsDone">Steps of that picture already taken.</param>
/// <param name="State">Latent, sampler and generator state, as the pipeline wrote it; empty when the picture starts afresh.</param>
/// <param name="Artifacts">Pictures before it.</param>
[GenerateSerializer, Immutable]
public sealed record JobCheckpoint(
    [property: Id(0)] int ImageIndex, [property: Id(1)] int StepsDone, [property: Id(2)] byte[] State, [property: Id(3)] IReadOnlyList<ArtifactRef> Artifacts);

/// <param name="Position">1 is next.</param>
/// <param name="EtaSeconds">Until the job is expected to end; null when nobody can tell.</param>
/// <param name="Waiting">What it waits for, in words; null when only for the jobs before it.</param>
/// <param name="IsForLoad">It waits for the model to be loaded, which its ledger keeps apart from waiting for others.</param>
[GenerateSerializer, Immutable]
public sealed record QueuePlace(
    [property: Id(0)] int Position, [property: Id(1)] double? EtaSeconds, [property: Id(2)] string? Waiting, [property: Id(3)] bool IsForLoad = false);

/// <summary>Progress of a lease.</summary>
/// <param name="Phase">load, encode, steps, decode or store.</param>
/// <param name="PhaseStarted">This report opens the phase, for the ledger.</param>
[GenerateSerializer, Immutable]
public sealed record JobReport(
    [property: Id(0)] long Epoch,
    [property: Id(1)] string Phase,
    [property: Id(2)] bool PhaseStarted,
    [property: Id(3)] int ImageIndex,
    [property: Id(4)] int Step,
    [property: Id(5)] double? StepsPerSecond,
    [property: Id(6)] byte[]? Preview,
    [property: Id(7)] JobCheckpoint? Checkpoint);

[GenerateSerializer]
public sealed record JobResult(
    [property: Id(0)] long Epoch,
    [property: Id(1)] IReadOnlyList<ArtifactRef> Artifacts,
    [property: Id(2)] IReadOnlyList<string> Warnings);

/// <param name="Epoch">Of the lease that ends.</param>
/// <param name="Error">For the owner.</param>
/// <param name="MayRetry">Another attempt, perhaps elsewhere, may succeed.</param>
/// <param name="DeviceLost">The device hangs: the attempt cost others their device, too.</param>
[GenerateSerializer]
public sealed record JobFailure(
    [property: Id(0)] long Epoch, [property: Id(1)] JobError Error, [property: Id(2)] bool MayRetry, [property: Id(3)] bool DeviceLost = false);
