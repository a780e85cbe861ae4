using System.Text.Json.Nodes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage;

/// <summary>
/// Policies that an older program wrote lack the fields that came later. The generated reader would give these 0, the
/// default of their type, and not the policy's: so they are filled in before it reads.
/// </summary>
internal static class StoredPolicy
{
    private static readonly string Usual = StorageJson.Write(new PoolPolicy(), StorageJson.Default.PoolPolicy);

    /// <summary>What is null or no object stays as it is.</summary>
    public static void Complete(JsonNode? policy)
    {
        if (policy is not JsonObject stored) return;
        foreach (var (name, value) in JsonNode.Parse(Usual)!.AsObject())
            if (!stored.ContainsKey(name)) stored.Add(name, value?.DeepClone());
    }
}
