using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Errors;

/// <summary>Refusals as RFC 9457 problem documents.</summary>
internal static class Problem
{
    public static ProblemBody BodyOf(Refusal refusal, HttpContext http)
    {
        var row = ErrorTable.Of(refusal.Code);
        return new ProblemBody
        {
            Type = $"urn:orleansdiffusion:error:{row.WireName}",
            Title = row.Title,
            Status = row.HttpStatus,
            Detail = refusal.Message,
            Code = row.WireName,
            Errors = refusal.Problems,
            RetryAfterSeconds = refusal.RetryAfter?.TotalSeconds,
            EtaSeconds = refusal.Eta?.TotalSeconds,
            RequestId = RequestId.Of(http),
        };
    }

    /// <summary>Everything that is wrong with a request's fields, under the code that says most.</summary>
    public static Refusal Of(IReadOnlyList<FieldProblem> problems, bool areAllUnknownFields)
    {
        var refusal = Refusal.Invalid(problems);
        return areAllUnknownFields ? refusal with { Code = ErrorCode.UnknownField } : refusal;
    }
}
