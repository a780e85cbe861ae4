namespace OrleansDiffusion.Api.Streaming;

/// <summary>One server-sent event.</summary>
/// <param name="Event">Its name.</param>
/// <param name="Data">Written as JSON on one line.</param>
/// <param name="Id">For Last-Event-ID, or null.</param>
internal sealed record SseMessage(string Event, object Data, string? Id = null);
