using System.Net.Http.Headers;
using System.Text;

namespace OrleansDiffusion.Api.Access;

/// <summary>The password of HTTP Basic, which is what a browser asks a person for.</summary>
internal static class BasicPassword
{
    /// <summary>Null when there is none to be read.</summary>
    public static string? Of(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header)) return null;
        if (!"Basic".Equals(header.Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        Span<byte> decoded = new byte[authorization!.Length];
        if (!Convert.TryFromBase64String(header.Parameter ?? "", decoded, out var length)) return null;
        return Encoding.UTF8.GetString(decoded[..length]).Split(':', 2) is [_, var password] ? password : null;
    }
}
