using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace OrleansDiffusion.Images;

/// <summary>
/// Generation parameters inside an XMP packet (ISO 16684-1), the one kind of metadata that JPEG, WebP and their tools
/// all keep. A property of our own, so that somebody's description of a picture is never taken for parameters.
/// </summary>
internal static class XmpParameters
{
    private static readonly XNamespace Meta = "adobe:ns:meta/";
    private static readonly XNamespace Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private static readonly XNamespace Own = "urn:orleans-diffusion:1.0";
    private static readonly XName Property = Own + "parameters";

    public static byte[] Packet(string parameters)
    {
        var description = new XElement(
            Rdf + "Description",
            new XAttribute(Rdf + "about", ""),
            new XAttribute(XNamespace.Xmlns + "od", Own),
            new XElement(Property, parameters));
        var root = new XElement(
            Meta + "xmpmeta",
            new XAttribute(XNamespace.Xmlns + "x", Meta),
            new XElement(Rdf + "RDF", new XAttribute(XNamespace.Xmlns + "rdf", Rdf), description));
        using var buffer = new MemoryStream();
        // A reader turns a bare CR into LF; as an entity it stays what it is.
        var settings = new XmlWriterSettings
        {
            OmitXmlDeclaration = true,
            NewLineHandling = NewLineHandling.Entitize,
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        using (var writer = XmlWriter.Create(buffer, settings)) root.Save(writer);
        return buffer.ToArray();
    }

    /// <summary>The parameters of a packet that <see cref="Packet"/> wrote; null for anybody else's and for broken ones.</summary>
    public static string? Find(byte[] packet)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(packet), settings);
            return XDocument.Load(reader, LoadOptions.PreserveWhitespace).Descendants(Property).FirstOrDefault()?.Value;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
