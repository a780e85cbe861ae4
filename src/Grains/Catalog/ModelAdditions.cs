using System.Security.Cryptography;
using System.Text;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>The additions by address that are under way, and how the last ones ended. On the catalog's turns alone.</summary>
internal sealed class ModelAdditions(TimeProvider time)
{
    /// <summary>Under way at a time; each may take a connection's whole breadth.</summary>
    public const int RunningCountMax = 8;

    /// <summary>Ended ones that can still be asked for.</summary>
    public const int EndedCountMax = 100;

    private const int IdDigits = 16;

    private static readonly TimeSpan FullPause = TimeSpan.FromMinutes(1);

    private readonly List<Addition> _additions = [];

    /// <summary>Once everything that was under way has ended.</summary>
    public Task WhenIdle => Task.WhenAll(_additions.Select(addition => addition.Life));

    public IReadOnlyList<ModelAddition> List() => _additions.AsEnumerable().Reverse().Select(addition => addition.Now).ToArray();

    /// <param name="url">Where from.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="bring">Does it, telling how far it is, until it is not wanted any more.</param>
    public BeginAdditionAnswer Begin(
        string url, string name, Func<IProgress<ModelFetchProgress>, CancellationToken, Task<AddModelAnswer>> bring)
    {
        var id = IdOf(url, name);
        if (_additions.FirstOrDefault(known => known.Id == id && !known.Now.IsOver) is { } running) return new(running.Now, null);
        if (_additions.Count(known => !known.Now.IsOver) >= RunningCountMax)
            return new(null, new Refusal(ErrorCode.QueueFull, $"{RunningCountMax} models are being fetched already.") { RetryAfter = FullPause });
        _additions.RemoveAll(known => known.Id == id);
        while (_additions.Count(known => known.Now.IsOver) >= EndedCountMax) _additions.Remove(_additions.First(known => known.Now.IsOver));
        var addition = new Addition(new ModelAddition(id, url, name, AdditionState.Fetching, 0, 0, time.GetUtcNow()));
        _additions.Add(addition);
        addition.Life = addition.Live(stop => bring(addition, stop));
        return new(addition.Now, null);
    }

    public bool Cancel(string id)
    {
        if (_additions.FirstOrDefault(known => known.Id == id && !known.Now.IsOver) is not { } running) return false;
        running.Cancel();
        return true;
    }

    public void CancelAll()
    {
        foreach (var addition in _additions.Where(addition => !addition.Now.IsOver)) addition.Cancel();
    }

    private static string IdOf(string url, string name) =>
        $"add_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{url}\n{name}")))[..IdDigits]}";

    /// <summary>One of them. Progress comes from other threads, so it is only noted.</summary>
    private sealed class Addition(ModelAddition begun) : IProgress<ModelFetchProgress>, IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private volatile ModelFetchProgress _progress = new(0, 0, IsChecking: false);
        private AddModelAnswer? _answer;

        public string Id => begun.Id;

        public Task Life { get; set; } = Task.CompletedTask;

        public ModelAddition Now => begun with
        {
            State = _answer switch
            {
                { Added: not null } => AdditionState.Added,
                { } => AdditionState.Failed,
                null => _progress.IsChecking ? AdditionState.Checking : AdditionState.Fetching,
            },
            ArrivedBytes = _progress.ArrivedBytes,
            TotalBytes = _progress.TotalBytes,
            Answer = _answer,
        };

        public void Report(ModelFetchProgress value) => _progress = value;

        public void Cancel() => _stop.Cancel();

        public void Dispose() => _stop.Dispose();

        public async Task Live(Func<CancellationToken, Task<AddModelAnswer>> bring)
        {
            try
            {
                _answer = await bring(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                _answer = No(ErrorCode.Cancelled, "It was cancelled. What was fetched is kept for the next time.");
            }
            catch (Exception problem)
            {
                _answer = No(ErrorCode.Internal, problem.Message); // Told to whoever asks; nobody waits for this task.
            }

            Dispose();
        }

        private static AddModelAnswer No(ErrorCode code, string message) => new(null, new Refusal(code, message), []);
    }
}
