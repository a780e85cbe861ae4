using OrleansDiffusion.OrleansStandin.Driving;

namespace OrleansDiffusion.OrleansStandin.Activations;

/// <summary>
/// The single thread of an activation: tasks and requests run one at a time, oldest first.
/// A scheduler that was stopped drops its work, as a process that died does.
/// </summary>
internal sealed class ActivationScheduler : TaskScheduler
{
    private readonly Lane _lane;

    public ActivationScheduler(Driver driver, Activation? activation, string name) => _lane = new Lane(this, driver, activation, name);

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs <paramref name="work"/> as a task of this scheduler, free of the caller's execution context.</summary>
    public void Enqueue(WorkItem work) => _lane.Add(work);

    public void Enqueue(Action work) => _lane.Add(new ActionItem(work));

    public void Stop() => _lane.Stop();

    protected override void QueueTask(Task task) => _lane.Add(task);

    // Also the way in for a request's own task, which is created on this thread so that it inherits no execution context.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && _lane.RunsOnThisThread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _lane.Tasks();

    private sealed class ActionItem(Action work) : WorkItem
    {
        public override void Run() => work();
    }

    private sealed class Lane(ActivationScheduler owner, Driver driver, Activation? activation, string name) : Turn
    {
        private const int QuantumItemsMax = 64;
        private static readonly Action<object?> RunWorkItem = static item => ((WorkItem)item!).Run();
        private readonly Queue<object> _queue = new();
        private bool _scheduled;
        private bool _stopped;
        private int _thread;

        public override string Name => name;

        public bool RunsOnThisThread => _thread == Environment.CurrentManagedThreadId;

        public void Add(object item)
        {
            lock (_queue)
            {
                if (_stopped)
                {
                    return;
                }

                _queue.Enqueue(item);
                if (_scheduled)
                {
                    return;
                }

                _scheduled = true;
            }

            driver.Schedule(this);
        }

        public void Stop()
        {
            lock (_queue)
            {
                _stopped = true;
                _queue.Clear();
            }
        }

        public Task[] Tasks()
        {
            lock (_queue)
            {
                return [.. _queue.OfType<Task>()];
            }
        }

        public override void Execute() => Run(QuantumItemsMax);

        public override void ExecuteOne() => Run(1);

        private void Run(int itemsMax)
        {
            var outer = RuntimeContext.Exchange(activation);
            _thread = Environment.CurrentManagedThreadId;
            for (var i = 0; i < itemsMax && TryTake(out var item); i++)
            {
                RunItem(item);
            }

            _thread = 0;
            RuntimeContext.Exchange(outer);
            Rearm();
        }

        private void RunItem(object item)
        {
            if (item is Task task)
            {
                owner.TryExecuteTask(task);
            }
            else
            {
                new Task(RunWorkItem, item).RunSynchronously(owner);
            }
        }

        private bool TryTake(out object item)
        {
            lock (_queue)
            {
                return _queue.TryDequeue(out item!);
            }
        }

        private void Rearm()
        {
            lock (_queue)
            {
                _scheduled = _queue.Count > 0;
                if (!_scheduled)
                {
                    return;
                }
            }

            driver.Schedule(this);
        }
    }
}
