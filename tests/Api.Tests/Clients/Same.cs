using System.Text.Json;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Clients;

/// <summary>Records hold lists, which compare by reference: their JSON compares by content.</summary>
internal static class Same
{
    public static void Job(JobRecord expected, JobRecord actual) => Text(expected, actual);

    public static void Model(ModelEntry expected, ModelEntry actual) => Text(expected, actual);

    public static void Silo(SiloStatus expected, SiloStatus actual) => Text(expected, actual);

    public static void Pool(PoolView expected, PoolView actual) => Text(expected, actual);

    private static void Text<T>(T expected, T actual) => Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
}
