using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>The parts of a row that no query looks into, as JSON. Fields that an older program does not know are skipped.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(GenerationSpec))]
[JsonSerializable(typeof(IReadOnlyList<ArtifactRef>))]
[JsonSerializable(typeof(JobError))]
[JsonSerializable(typeof(IReadOnlyList<PhaseTime>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(ModelEntry))]
internal sealed partial class StorageJson : JsonSerializerContext
{
    public static string Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    public static T Read<T>(string json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)!;
}
