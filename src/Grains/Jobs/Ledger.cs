using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>Where a job's time goes, phase by phase: opening one closes the one before, so that the phases add up to the whole.</summary>
internal sealed class Ledger
{
    private readonly DateTimeOffset _acceptedAt;
    private readonly List<PhaseTime> _closed;
    private string? _open;
    private DateTimeOffset _openedAt;

    /// <param name="acceptedAt">Zero of the ledger's clock.</param>
    /// <param name="before">Phases that are stored already.</param>
    public Ledger(DateTimeOffset acceptedAt, IReadOnlyList<PhaseTime> before)
    {
        _acceptedAt = acceptedAt;
        _closed = [.. before];
    }

    /// <summary>Phases in which a device worked for the job, in the words of the ledger.</summary>
    public static bool IsOnDevice(string phase) => phase is JobPhases.Encode or JobPhases.Steps or JobPhases.Decode;

    /// <summary>Begins a phase. The one that is open already goes on.</summary>
    public void Open(string phase, DateTimeOffset now)
    {
        if (_open == phase) return;
        Close(now);
        (_open, _openedAt) = (phase, now);
    }

    public void Close(DateTimeOffset now)
    {
        if (_open is not null) _closed.Add(OpenPhase(now));
        _open = null;
    }

    /// <summary>Everything so far, the open phase included.</summary>
    public PhaseTime[] Read(DateTimeOffset now) => _open is null ? [.. _closed] : [.. _closed, OpenPhase(now)];

    private PhaseTime OpenPhase(DateTimeOffset now) =>
        new(_open!, (_openedAt - _acceptedAt).TotalSeconds, Math.Max(0, (now - _openedAt).TotalSeconds));
}
