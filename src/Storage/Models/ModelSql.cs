using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>The statements of the model store. Dialect: what SQLite and PostgreSQL have in common.</summary>
internal static class ModelSql
{
    public const string List = "SELECT entry FROM models ORDER BY name";

    public const string Put = "INSERT INTO models (name, entry) VALUES (@Name, @Entry) ON CONFLICT (name) DO UPDATE SET entry = excluded.entry";

    public const string Remove = "DELETE FROM models WHERE name = @Name";

    public static object Parameters(ModelEntry model) => new { model.Name, Entry = StorageJson.Write(model, StorageJson.Default.ModelEntry) };

    public static ModelEntry Read(string json)
    {
        var row = JsonNode.Parse(json)!;
        StoredPolicy.Complete(row["policy"]);
        return row.Deserialize(StorageJson.Default.ModelEntry)!;
    }
}
