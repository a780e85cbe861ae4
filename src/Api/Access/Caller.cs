using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Api.Access;

/// <summary>Who is asking.</summary>
/// <param name="TenantId">Whose jobs and pictures these are.</param>
/// <param name="IsAdmin">May add models and see the whole cluster.</param>
internal sealed record Caller(string TenantId, bool IsAdmin)
{
    /// <summary>Everybody, on a server that asks for no key.</summary>
    public static Caller Owner { get; } = new(GrainKeys.DefaultTenant, true);

    /// <summary>The caller that <see cref="CallerGate"/> let in; endpoints take it as a parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http) => ValueTask.FromResult(http.Features.Get<Caller>());
}
