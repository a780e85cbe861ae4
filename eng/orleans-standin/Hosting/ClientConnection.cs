using Orleans;

namespace Orleans
{
    /// <summary>Says whether a client that found no silo tries again.</summary>
    public interface IClientConnectionRetryFilter
    {
        Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken);
    }
}

namespace Orleans.Configuration
{
    /// <summary>In one process every gateway is known at once, so that this only has to be there.</summary>
    public class GatewayOptions
    {
        public TimeSpan GatewayListRefreshPeriod { get; set; } = TimeSpan.FromMinutes(1);
    }
}

namespace OrleansDiffusion.OrleansStandin.Hosting
{
    internal sealed class DelegateRetryFilter(Func<Exception, CancellationToken, Task<bool>> filter) : IClientConnectionRetryFilter
    {
        public Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken) => filter(exception, cancellationToken);
    }
}
