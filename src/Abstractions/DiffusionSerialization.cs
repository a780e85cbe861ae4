using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

public static class DiffusionSerialization
{
    /// <summary>
    /// The types of <c>Jobs</c> know nothing of Orleans, so they cross grain borders as JSON. Every silo and every client
    /// needs this, or their calls fail.
    /// </summary>
    public static IServiceCollection AddDiffusionSerialization(this IServiceCollection services) =>
        services.AddSerializer(serializer => serializer.AddJsonSerializer(IsOfJobs));

    private static bool IsOfJobs(Type type) => type.Namespace == typeof(JobRecord).Namespace && !type.IsEnum;
}
