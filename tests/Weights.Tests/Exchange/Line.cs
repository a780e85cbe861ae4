using System.Net.Sockets;
using System.Text;

namespace OrleansDiffusion.Weights.Tests.Exchange;

/// <summary>A line as the protocol's page describes it, written byte by byte, so that it does not share the client's mistakes.</summary>
internal sealed class Line : IDisposable
{
    private readonly TcpClient _tcp = new() { ReceiveBufferSize = 4096 };
    private readonly ClusterSecret _secret;
    private long _asked;

    private Line(ClusterSecret secret) => _secret = secret;

    public byte[] Nonce { get; private set; } = [];

    public static async Task<Line> Open(Uri peer, ClusterSecret secret)
    {
        var line = new Line(secret);
        await line._tcp.ConnectAsync(peer.Host, peer.Port);
        var request = $"GET /chunks HTTP/1.1\r\nHost: {peer.Authority}\r\nConnection: Upgrade\r\nUpgrade: od-chunks/1\r\n"
            + $"Authorization: {secret.Sign("GET", "/chunks")}\r\n\r\n";
        await line._tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        var answer = "";
        while (!answer.EndsWith("\r\n\r\n", StringComparison.Ordinal)) answer += (char)(await line.Take(1))[0];
        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        line.Nonce = Convert.FromHexString(answer.Split("OD-Chunks-Nonce: ")[1].Split('\r')[0]);
        return line;
    }

    public Task<(int Status, int Length)> Ask(LineRequest request) => Send(request.Sign(_secret, Nonce, _asked++));

    public async Task<(int Status, int Length)> Send(byte[] request)
    {
        await _tcp.GetStream().WriteAsync(request);
        return LineProtocol.ReadHead(await Take(LineProtocol.HeadBytes));
    }

    /// <summary>Asks again and again, and reads nothing.</summary>
    public async Task AskOnly(LineRequest request, int count)
    {
        for (; count > 0; count--) await _tcp.Client.SendAsync(request.Sign(_secret, Nonce, _asked++));
    }

    public async Task<byte[]> Take(int count)
    {
        var bytes = new byte[count];
        await _tcp.GetStream().ReadExactlyAsync(bytes);
        return bytes;
    }

    public async Task<bool> IsOver() => await _tcp.GetStream().ReadAsync(new byte[1]) == 0;

    public void Dispose() => _tcp.Dispose();
}
