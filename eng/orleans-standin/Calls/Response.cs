using System.Runtime.ExceptionServices;

namespace Orleans.Serialization.Invocation;

/// <summary>What a request came to: a result or an exception.</summary>
public abstract class Response : IDisposable
{
    public static Response Completed { get; } = new Response<object?>();

    public abstract object? Result { get; set; }

    public abstract Exception? Exception { get; set; }

    public static Response FromException(Exception exception) => new Response<object?> { Exception = exception };

    public static Response FromResult<TResult>(TResult value) => new Response<TResult> { TypedResult = value };

    public abstract T GetResult<T>();

    public abstract void Dispose();
}

public sealed class Response<TResult> : Response
{
    public TResult? TypedResult { get; set; }

    public override object? Result
    {
        get => TypedResult;
        set => TypedResult = (TResult?)value;
    }

    public override Exception? Exception { get; set; }

    public override T GetResult<T>()
    {
        if (Exception is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return (T)(object?)TypedResult!;
    }

    public override void Dispose()
    {
    }
}
