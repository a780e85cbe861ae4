using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansDiffusion.OrleansStandin.Copying;

namespace Orleans.Serialization;

/// <summary>What can be added to what crosses grain borders.</summary>
public interface ISerializerBuilder
{
    IServiceCollection Services { get; }
}

/// <summary>Settings of the System.Text.Json part.</summary>
public class JsonCodecOptions
{
    public JsonSerializerOptions SerializerOptions { get; set; } = new();
}

public static class ServiceCollectionExtensions
{
    public static IServiceCollection AddSerializer(this IServiceCollection services, Action<ISerializerBuilder>? configure = null)
    {
        configure?.Invoke(new SerializerBuilder(services));
        return services;
    }

    private sealed record SerializerBuilder(IServiceCollection Services) : ISerializerBuilder;
}

public static class SerializationHostingExtensions
{
    /// <summary>Types that <paramref name="isSupported"/> accepts need no [GenerateSerializer]: they cross as JSON.</summary>
    public static ISerializerBuilder AddJsonSerializer(
        this ISerializerBuilder serializerBuilder, Func<Type, bool> isSupported, JsonSerializerOptions? jsonSerializerOptions = null) =>
        serializerBuilder.AddJsonSerializer(
            isSupported,
            isSupported,
            options => options.Configure(o => o.SerializerOptions = jsonSerializerOptions ?? o.SerializerOptions));

    public static ISerializerBuilder AddJsonSerializer(
        this ISerializerBuilder serializerBuilder,
        Func<Type, bool> isSerializable,
        Func<Type, bool> isCopyable,
        Action<OptionsBuilder<JsonCodecOptions>>? configureOptions = null)
    {
        configureOptions?.Invoke(serializerBuilder.Services.AddOptions<JsonCodecOptions>());
        serializerBuilder.Services.AddSingleton(new JsonSelector(type => isSerializable(type) && isCopyable(type)));
        return serializerBuilder;
    }
}
