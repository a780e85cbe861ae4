namespace OrleansDiffusion.OrleansStandin.Driving;

/// <summary>Keeps the code that belongs to no grain on the simulation's thread, one continuation after the other.</summary>
internal sealed class ScenarioContext : SynchronizationContext
{
    private readonly Lane _lane;

    public ScenarioContext(SimulationDriver driver) => _lane = new Lane(this, driver);

    public override void Post(SendOrPostCallback d, object? state) => _lane.Add(d, state);

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing may block in a simulation.");

    public override SynchronizationContext CreateCopy() => this;

    private sealed class Lane(ScenarioContext context, SimulationDriver driver) : Turn
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();

        public override string Name => "scenario";

        public void Add(SendOrPostCallback callback, object? state)
        {
            _queue.Enqueue((callback, state));
            if (_queue.Count == 1)
            {
                driver.Schedule(this);
            }
        }

        public override void Execute() => ExecuteOne();

        public override void ExecuteOne()
        {
            var (callback, state) = _queue.Peek();
            var outer = Current;
            SetSynchronizationContext(context);
            try
            {
                callback(state);
            }
            finally
            {
                SetSynchronizationContext(outer);
            }

            _queue.Dequeue();
            if (_queue.Count > 0)
            {
                driver.Schedule(this);
            }
        }
    }
}
