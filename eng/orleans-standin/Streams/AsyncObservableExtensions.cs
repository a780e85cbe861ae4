namespace Orleans.Streams;

/// <summary>Subscribing with delegates.</summary>
public static class AsyncObservableExtensions
{
    private static readonly Func<Exception, Task> NoError = static _ => Task.CompletedTask;
    private static readonly Func<Task> NoEnd = static () => Task.CompletedTask;

    public static Task<StreamSubscriptionHandle<T>> SubscribeAsync<T>(
        this IAsyncObservable<T> obs, Func<T, StreamSequenceToken, Task> onNextAsync) => obs.SubscribeAsync(onNextAsync, NoError, NoEnd);

    public static Task<StreamSubscriptionHandle<T>> SubscribeAsync<T>(
        this IAsyncObservable<T> obs, Func<T, StreamSequenceToken, Task> onNextAsync, Func<Exception, Task> onErrorAsync) =>
        obs.SubscribeAsync(onNextAsync, onErrorAsync, NoEnd);

    public static Task<StreamSubscriptionHandle<T>> SubscribeAsync<T>(
        this IAsyncObservable<T> obs, Func<T, StreamSequenceToken, Task> onNextAsync, Func<Task> onCompletedAsync) =>
        obs.SubscribeAsync(onNextAsync, NoError, onCompletedAsync);

    public static Task<StreamSubscriptionHandle<T>> SubscribeAsync<T>(
        this IAsyncObservable<T> obs,
        Func<T, StreamSequenceToken, Task> onNextAsync,
        Func<Exception, Task> onErrorAsync,
        Func<Task> onCompletedAsync) => obs.SubscribeAsync(new DelegateObserver<T>(onNextAsync, onErrorAsync, onCompletedAsync));
}

public static class StreamSubscriptionHandleExtensions
{
    private static readonly Func<Exception, Task> NoError = static _ => Task.CompletedTask;
    private static readonly Func<Task> NoEnd = static () => Task.CompletedTask;

    public static Task<StreamSubscriptionHandle<T>> ResumeAsync<T>(
        this StreamSubscriptionHandle<T> handle, Func<T, StreamSequenceToken, Task> onNextAsync, StreamSequenceToken? token = null) =>
        handle.ResumeAsync(new DelegateObserver<T>(onNextAsync, NoError, NoEnd), token);

    public static Task<StreamSubscriptionHandle<T>> ResumeAsync<T>(
        this StreamSubscriptionHandle<T> handle,
        Func<T, StreamSequenceToken, Task> onNextAsync,
        Func<Exception, Task> onErrorAsync,
        Func<Task> onCompletedAsync,
        StreamSequenceToken? token = null) => handle.ResumeAsync(new DelegateObserver<T>(onNextAsync, onErrorAsync, onCompletedAsync), token);
}

internal sealed class DelegateObserver<T>(Func<T, StreamSequenceToken, Task> onNext, Func<Exception, Task> onError, Func<Task> onEnd)
    : IAsyncObserver<T>
{
    public Task OnNextAsync(T item, StreamSequenceToken? token) => onNext(item, token!);

    public Task OnErrorAsync(Exception ex) => onError(ex);

    public Task OnCompletedAsync() => onEnd();
}
