using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Client.Http;

namespace OrleansDiffusion.Api.Requests;

/// <summary>The header by which a submission may be repeated safely.</summary>
internal static class IdempotencyKey
{
    public const int LengthMax = 200;

    /// <summary>The key, or null; a bad one is a problem of the form.</summary>
    public static string? Read(HttpRequest request, JsonForm form)
    {
        if (!request.Headers.TryGetValue(ApiHeaders.IdempotencyKey, out var values)) return null;
        var key = values.ToString();
        if (key.Length is >= 1 and <= LengthMax && key.All(letter => letter is >= '!' and <= '~')) return key;
        form.Reject(ApiHeaders.IdempotencyKey, $"must have 1 to {LengthMax} visible ASCII characters.");
        return null;
    }
}
