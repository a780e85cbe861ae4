using Microsoft.Extensions.Logging;

namespace OrleansDiffusion.Grains;

/// <summary>Messages whose loss is made good elsewhere: by the next one, by a sweep, or by a lease that times out.</summary>
internal static partial class Message
{
    public static async Task Try(Func<Task> send, string about, ILogger logger)
    {
        try
        {
            await send();
        }
        catch (Exception problem)
        {
            Log.Lost(logger, about, problem);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A message about {Name} was lost")]
        public static partial void Lost(ILogger logger, string name, Exception problem);
    }
}
