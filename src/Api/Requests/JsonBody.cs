using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OrleansDiffusion.Api.Errors;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Requests;

/// <summary>A body that could be read, or why it could not.</summary>
internal sealed record JsonBodyAnswer(JsonForm? Form, Refusal? Refused);

/// <summary>Reads JSON bodies strictly: bounded, UTF-8, one object, and every complaint says where.</summary>
internal sealed class JsonBody(IOptions<DiffusionApiOptions> options)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16 };

    public async Task<JsonBodyAnswer> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!IsJson(request)) return Refused(BareErrors.UnsupportedMedia(request.ContentType));
        if (request.Headers.ContentEncoding.Count > 0)
            return Refused(new Refusal(ErrorCode.UnsupportedMediaType, "The body must not be compressed (Content-Encoding)."));
        return await ReadBytesAsync(request, options.Value.JsonBytesMax, cancellation) is { } bytes
            ? Parse(bytes)
            : Refused(new Refusal(ErrorCode.BodyTooLarge, $"The body has more than {options.Value.JsonBytesMax} bytes."));
    }

    private static bool IsJson(HttpRequest request) =>
        request.HasJsonContentType()
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>Null when there are more than <paramref name="bytesMax"/>.</summary>
    private static async Task<byte[]?> ReadBytesAsync(HttpRequest request, int bytesMax, CancellationToken cancellation)
    {
        if (request.ContentLength > bytesMax) return null;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            if (read.Buffer.Length > bytesMax)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static JsonBodyAnswer Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (bytes.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0) return Malformed("The body is empty; send a JSON object.");
        if (!Utf8.IsValid(bytes.Span)) return Malformed($"The body is not UTF-8: byte {FirstInvalidByte(bytes.Span)} does not belong there.");
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonBodyAnswer(new JsonForm(document.RootElement.Clone()), null)
                : Malformed($"The body must be a JSON object, not {JsonWords.Of(document.RootElement.ValueKind)}.");
        }
        catch (JsonException broken)
        {
            return Malformed($"The body is not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}: {Reason(broken)}");
        }
    }

    /// <summary>1-based.</summary>
    private static int FirstInvalidByte(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..], out _, out var consumed) == OperationStatus.Done) position += consumed;
        return position + 1;
    }

    /// <summary>The parser ends its messages with the position, which we have said already.</summary>
    private static string Reason(JsonException broken)
    {
        var end = broken.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? broken.Message : broken.Message[..end];
    }

    private static JsonBodyAnswer Malformed(string message) => Refused(new Refusal(ErrorCode.MalformedJson, message));

    private static JsonBodyAnswer Refused(Refusal refusal) => new(null, refusal);
}
