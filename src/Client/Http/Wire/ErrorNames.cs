using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>Error codes as they travel.</summary>
internal static class ErrorNames
{
    public static string Of(ErrorCode code) => ErrorTable.Of(code).WireName;

    /// <summary>A newer server may know reasons that we do not: they are internal to us.</summary>
    public static ErrorCode Parse(string name) => ErrorTable.Find(name)?.Code ?? ErrorCode.Internal;
}
