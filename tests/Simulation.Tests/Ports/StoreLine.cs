using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Simulation.Tests;

/// <summary>
/// The way to a store that all machines share: it takes time and sometimes fails, before or after the work was done. What
/// is on its way arrives, even if the machine that sent it is gone.
/// </summary>
internal sealed class StoreLine(TimeProvider time, Weather weather)
{
    public Task<T> Call<T>(Func<T> work)
    {
        var source = new TaskCompletionSource<T>();
        var fails = weather.StoreFails();
        var isDone = !fails || weather.IsHeads();
        time.Do(weather.StoreDelay(), () =>
        {
            var answer = default(T);
            if (isDone) answer = work();
            time.Do(weather.StoreDelay(), () => Later.WithoutContext(() => Answer(source, answer, fails)));
        });
        return source.Task;
    }

    private static void Answer<T>(TaskCompletionSource<T> source, T? answer, bool fails)
    {
        if (fails) source.SetException(new StorageException(ErrorCode.StorageUnavailable, "The store does not answer."));
        else source.SetResult(answer!);
    }
}
