using System.Globalization;
using Orleans;
using Orleans.Runtime;

namespace OrleansDiffusion.OrleansStandin.Driving;

/// <summary>
/// One thread, one seed, virtual time. Of all turns that are ready the seed chooses the next; when none is ready the clock
/// jumps to the next timer or message. The same seed and scenario give the same trace, event by event.
/// </summary>
internal sealed class SimulationDriver : Driver
{
    private readonly Random _dice;
    private readonly Trace _trace;
    private readonly Action _afterTurn;
    private readonly VirtualClock _clock;
    private readonly List<Turn> _ready = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private string? _strayed;

    public SimulationDriver(int seed, NetworkFaults faults, Trace trace, Action afterTurn)
    {
        // Neighbouring seeds of Random begin alike; hashed, they do not.
        _dice = new Random(unchecked((int)StableHash.ComputeHash(BitConverter.GetBytes(seed))));
        Faults = faults;
        _trace = trace;
        _afterTurn = afterTurn;
        _clock = new VirtualClock(CheckThread);
        Scenario = new ScenarioContext(this);
    }

    public override TimeProvider Time => _clock;

    public NetworkFaults Faults { get; set; }

    public int LostCount { get; private set; }

    public int RepeatedCount { get; private set; }

    /// <summary>Where code runs that belongs to no grain: the scenario and the silos' hosts.</summary>
    public ScenarioContext Scenario { get; }

    internal override bool DeliversAtOnce => false;

    // Nothing may go to the thread pool here; whoever waits has a scheduler of its own to go on with.
    internal override TaskCreationOptions Continuations => TaskCreationOptions.None;

    /// <exception cref="InvalidOperationException">Nothing is left that could complete it, or work left the simulation's thread.</exception>
    public void RunUntil(Task end)
    {
        while (!end.IsCompleted)
        {
            if (_strayed is not null)
            {
                throw new InvalidOperationException(_strayed);
            }

            if (_ready.Count > 0)
            {
                RunTurn(TakeAny());
            }
            else if (!_clock.RunNext(Scenario))
            {
                throw new InvalidOperationException(
                    "The simulation stalled: no turn is ready, no timer and no message is due, and the scenario still waits. "
                    + "Work on the thread pool (Task.Run, ConfigureAwait(false)) is not simulated.");
            }
        }
    }

    internal override void Schedule(Turn turn)
    {
        CheckThread();
        _ready.Add(turn);
    }

    internal override void Send(SiloAddress? from, SiloAddress? to, string what, Action arrive)
    {
        CheckThread();
        if (Equals(from, to))
        {
            arrive();
            return;
        }

        if (_dice.NextDouble() < Faults.LossProbability)
        {
            LostCount++;
            Note($"lost {what}");
            return;
        }

        var delay = Faults.DelayMin + ((Faults.DelayMax - Faults.DelayMin) * _dice.NextDouble());
        _clock.At(delay, () =>
        {
            Note($"arrived {what}");
            arrive();
        });
    }

    internal override bool Repeats(SiloAddress? from, SiloAddress? to)
    {
        var repeats = !Equals(from, to) && _dice.NextDouble() < Faults.RepeatProbability;
        RepeatedCount += repeats ? 1 : 0;
        return repeats;
    }

    internal override int Roll(int bound) => _dice.Next(bound);

    internal override Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _dice.NextBytes(bytes);
        return new Guid(bytes);
    }

    internal override void Note(string happening) =>
        _trace.Add(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds:F3} {happening}"));

    private Turn TakeAny()
    {
        var index = _dice.Next(_ready.Count);
        var turn = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        return turn;
    }

    private void RunTurn(Turn turn)
    {
        Note($"turn of {turn.Name}");
        turn.ExecuteOne();
        _afterTurn();
    }

    private void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _strayed ??= "Work came back from another thread, so the order of events is not the seed's any more. "
                + $"What left the simulation is in this stack:{Environment.NewLine}{Environment.StackTrace}";
        }
    }
}
